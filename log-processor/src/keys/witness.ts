/** The newest commit number, kept beside the keys: a state with a smaller head was restored from a backup (design, law 5). */
import { crc32 } from 'node:zlib';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const name = 'witness';
const pattern = /^(\d{1,16}) ([0-9a-f]{8})\n$/;

/**
 * Overwrites the number in place, without waiting for the disk: one write of a few bytes.
 * After a power cut an older number may be there, which only makes the witness blind for the commits in between, never wrong.
 * @param failed told of a folder that is away or read-only: no reason to end, because the witness is written again after the next commit; without it that is thrown
 */
export function writeWitness(folder: string, commitNumber: number, failed: (error: Error) => void = raise): void {
  let file: number | null = null;
  try {
    file = openSync(join(folder, name), constants.O_WRONLY | constants.O_CREAT, 0o600);
    writeSync(file, encode(commitNumber), 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    failed(error);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function raise(error: Error): never {
  throw error;
}

/** The number last written; null where there is none or where its checksum does not hold (a torn write), which is the same to the caller. */
export function readWitness(folder: string): number | null {
  let text: string;
  try {
    text = readFileSync(join(folder, name), 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const [, digits] = pattern.exec(text) ?? [];
  return digits !== undefined && encode(Number(digits)) === text ? Number(digits) : null;
}

/** Always the same length, so that a shorter number leaves nothing of a longer one behind. */
function encode(commitNumber: number): string {
  const digits = String(commitNumber).padStart(16, '0');
  return `${digits} ${crc32(digits).toString(16).padStart(8, '0')}\n`;
}
