/** Makes the secrets of Grafana at the first start, as files that only Grafana can read; they are never shown and never made twice. */
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VolumeOwner } from './volumes.ts';

/** 192 and 256 bits, in characters that a person can type. */
const secrets: Readonly<Record<string, number>> = { 'admin-password': 24, 'secret-key': 32 };

/** @returns names of the files that were made now; none at a second start */
export function makeSecrets(folder: string, owner: Pick<VolumeOwner, 'uid' | 'gid'>): string[] {
  return Object.entries(secrets).flatMap(([name, bytes]) => {
    const path = join(folder, name);
    if (existsSync(path)) return [];
    // Under another name until it is whole: a start that is cut off leaves no half secret.
    const unfinished = `${path}.new`;
    writeFileSync(unfinished, randomBytes(bytes).toString('base64url'), { mode: 0o400 });
    chownSync(unfinished, owner.uid, owner.gid);
    chmodSync(unfinished, 0o400);
    renameSync(unfinished, path);
    return [name];
  });
}
