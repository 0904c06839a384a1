/** Reads and writes one file of 32 secret bytes, and refuses any file whose secrecy is in doubt. */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StateRefused } from '../store/store.ts';

export const keyBytes = 32;

/** The secrecy or the content of a key file is in doubt: nobody may use it any more, and `rekey` replaces it. */
export class KeyUnsafe extends StateRefused {}

/** Ends the name of a file that is being written; one that a crash left is removed at the next start. */
export const draftSuffix = '.draft';

/**
 * Makes a new random key at `path`. It is whole and durable under another name before `path` exists, and `path` is never replaced.
 * @returns null where `path` existed already
 */
export async function createKeyFile(path: string): Promise<KeyObject | null> {
  const secret = randomBytes(keyBytes);
  const draft = `${path}.${randomBytes(4).toString('hex')}${draftSuffix}`;
  let linked = false;
  try {
    await writeDurably(draft, secret, 'wx');
    linked = await linkOnce(draft, path);
    return linked ? createSecretKey(secret) : null;
  } finally {
    secret.fill(0);
    await rm(draft, { force: true });
    if (linked) await syncFolder(dirname(path));
  }
}

async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Reads the key at `path`; null where there is no such file.
 * @throws StateRefused when others may read it, another user owns it, or it does not hold 32 bytes of key (privacy-and-security.md T8)
 */
export async function readKeyFile(path: string): Promise<KeyObject | null> {
  const file = await openOrNull(path);
  if (file === null) return null;
  const secret = Buffer.alloc(keyBytes);
  try {
    refuseUnsafe(path, await file.stat());
    await file.read(secret, 0, keyBytes, 0);
    if (isErased(secret)) throw new KeyUnsafe(`Key file ${path}: found an erased key, expected a living one. Delete the file.`);
    return createSecretKey(secret);
  } finally {
    secret.fill(0);
    await file.close();
  }
}

async function openOrNull(path: string) {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (errorCode(error) === 'ELOOP') throw new StateRefused(`Key file ${path}: found a symbolic link, expected a file.`, { cause: error });
    throw error;
  }
}

function refuseUnsafe(path: string, stats: Stats): void {
  const user = process.getuid?.() ?? stats.uid;
  if (!stats.isFile()) throw new StateRefused(`Key file ${path}: expected a regular file.`);
  if ((stats.mode & 0o077) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    throw new KeyUnsafe(`Key file ${path}: found mode ${mode}, expected 0600: others may have read it. Run \`tidewatch rekey\`.`);
  }
  if (stats.uid !== user) throw new StateRefused(`Key file ${path}: found owner ${stats.uid}, expected ${user}. Give it to the user that runs this.`);
  if (stats.size !== keyBytes) {
    throw new KeyUnsafe(`Key file ${path}: found ${stats.size} bytes, expected ${keyBytes}. Restore it, or run \`tidewatch rekey\`.`);
  }
}

/**
 * Overwrites the bytes, then removes the name; no error where there is no such file.
 * A copy-on-write or flash disk may keep the old block until it is reused: the volume belongs on tmpfs or an encrypted disk.
 */
export async function destroyKeyFile(path: string): Promise<void> {
  try {
    await writeDurably(path, Buffer.alloc(keyBytes), 'r+');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  await rm(path);
  await syncFolder(dirname(path));
}

/** True where a crash came between the overwriting and the removal. */
export function isErased(secret: Uint8Array): boolean {
  return secret.every((byte) => byte === 0);
}

async function writeDurably(path: string, bytes: Uint8Array, flags: 'wx' | 'r+'): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.write(bytes, 0, bytes.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The code of a system error, or an empty text. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
