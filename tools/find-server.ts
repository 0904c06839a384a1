/** Finds a real server for a test: the pinned one that `npm run tools` built, else the one on PATH. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where `npm run tools` puts its binaries. */
export const builtServersFolder = join(import.meta.dirname, '..', '.tools', 'bin');

/** The absolute path of an executable such as `loki` or `nginx`, or null when this machine has none. */
export function findServer(name: string): string | null {
  // Debian keeps nginx and logrotate where only root looks.
  const folders = [builtServersFolder, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, name);
    if (isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run: the next folder may have it
  }
}
