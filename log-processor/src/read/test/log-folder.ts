/** A real folder with real log files for one test, and readers that collect what a source gives. */
import { createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Chunk, Source } from '../source.ts';

export const identityKey = createSecretKey(Buffer.alloc(32, 7));

/** Removed when the test ends. */
export function logFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-read-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Collected = { text: string; bytes: Buffer; position: string; lost: { reason: string; bytes: number }[]; state: Chunk['state'] };

/** Reads until there is nothing new. */
export async function drain(source: Source, maxBytes = 65_536): Promise<Collected> {
  const pieces: Buffer[] = [];
  const lost: Collected['lost'] = [];
  for (;;) {
    const chunk = await source.read(maxBytes);
    pieces.push(Buffer.from(chunk.bytes));
    lost.push(...chunk.lost);
    if (chunk.bytes.length > 0 && chunk.bytes.at(-1) !== 0x0a) throw new Error('a chunk must end with a line');
    if (chunk.state !== 'more' && chunk.state !== 'begun') {
      const bytes = Buffer.concat(pieces);
      return { text: bytes.toString(), bytes, position: chunk.position, lost, state: chunk.state };
    }
  }
}

/** The next chunk, past the one that only says where a first start began. */
export async function nextChunk(source: Source, maxBytes: number): Promise<Chunk> {
  const chunk = await source.read(maxBytes);
  return chunk.state === 'begun' ? source.read(maxBytes) : chunk;
}
