/** Finds where a reader that begins at the end of a file has to begin, so that its first line is a whole one. */
import type { Bytes } from './file-bytes.ts';

/** Offset after the last `\n`; the end itself, in the middle of a line to skip, where that line is over `maxLineBytes`. */
export async function lastLineStart(bytes: Bytes, size: number, maxLineBytes: number): Promise<{ offset: number; skipping: boolean }> {
  const start = Math.max(0, size - maxLineBytes - 1);
  const buffer = Buffer.alloc(size - start);
  const count = await bytes.readAt(buffer, start);
  const last = buffer.subarray(0, count).lastIndexOf(0x0a);
  if (last >= 0) return { offset: start + last + 1, skipping: false };
  return start === 0 ? { offset: 0, skipping: false } : { offset: start + count, skipping: true };
}
