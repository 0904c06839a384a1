/** What is in an image, file by file, so that two of them can be compared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dockerPath } from './daemon.ts';
import { mustRun } from './outcome.ts';

/** Every file of an image: name, mode, owner and the sum of what is in it. Only times are left out. @param folder for what is unpacked meanwhile */
export async function filesOf(host: string, folder: string, image: string): Promise<string[]> {
  const root = mkdtempSync(join(folder, 'root-'));
  const docker = `${dockerPath()} -H ${host}`;
  const listing = `id=$(${docker} create ${image}) && ${docker} export $id | tar -xf - -C ${root} && ${docker} rm $id > /dev/null && cd ${root} && find . ! -type d -printf '%p %m %U:%G %l\\n' && find . -type f -print0 | xargs -0 sha256sum`;
  const lines = (await mustRun('/bin/sh', ['-c', listing])).split('\n').filter(Boolean).sort();
  rmSync(root, { recursive: true });
  return lines;
}
