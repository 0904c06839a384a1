/** Makes the Python environment in which the tests of platform/ run: the pinned packages, checked against their hashes, beside the servers in .tools. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtServersFolder } from './find-server.ts';
import { outputOf, runCommand } from './run-command.ts';

const platform = join(import.meta.dirname, '..', 'platform');
const environment = join(builtServersFolder, '..', 'platform-venv');
const python = join(environment, 'bin', 'python');
const stamp = join(environment, 'tidewatch.stamp');

type Say = (line: string) => void;
type Install = (packages: readonly string[], say: Say) => Promise<void>;

/** The Python that has exactly the pinned packages, or null before it was made. */
export function platformPython(): string | null {
  return existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted() ? python : null;
}

/** Makes it unless it is there. What fails is said; `platformPython` stays null then. */
export async function preparePlatform(say: Say, install: Install): Promise<void> {
  if (platformPython() !== null) return;
  // Debian's python3 has the module `venv`, but not what it needs, without python3-venv.
  if ((await outputOf('python3', ['-c', 'import ensurepip, venv'])) === null) await install(['python3-venv'], say);
  say('making the Python environment of platform/');
  rmSync(environment, { recursive: true, force: true });
  const show = { cwd: platform, onLine: (line: string) => say(`python: ${line}`) };
  if ((await runCommand('python3', ['-m', 'venv', environment], show)) !== 0) return;
  const pinned = ['-r', 'requirements.txt', '-r', 'requirements-test.txt'];
  const code = await runCommand(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--only-binary=:all:', ...pinned], show);
  if (code === 0) writeFileSync(stamp, wanted());
}

function wanted(): string {
  const hash = createHash('sha256');
  for (const name of ['requirements.txt', 'requirements-test.txt']) hash.update(readFileSync(join(platform, name)));
  return hash.digest('hex');
}
