/** Builds the real servers that the tests run against, each from its own pinned go.mod, once per content of that file. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtServersFolder } from './find-server.ts';
import { outputOf, runCommand } from './run-command.ts';

/** What a build needs beyond `go build tool`. */
const buildFlags: Readonly<Record<string, readonly string[]>> = {
  // Without the systemd headers of the machine: files are all that the tests ship.
  promtail: ['-tags', 'promtail_journal_disabled'],
};

/** Programs whose main package has another name than what people call. */
const programNames: Readonly<Record<string, string>> = { compose: 'docker-compose' };

/** The folders of tools/ that hold a go.mod. */
export function serverFolders(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => existsSync(join(import.meta.dirname, name, 'go.mod')))
    .sort();
}

/** Whether the binaries of this folder are there and were made from exactly these pinned versions. */
export function isBuilt(folder: string): boolean {
  const programs = programsOf(folder).map((program) => join(builtServersFolder, program));
  return programs.every((path) => existsSync(path)) && readIfThere(stampFile(folder)) === stampOf(folder);
}

/** Null when Go can build the folders, else what is missing, as half a sentence. */
export async function whyGoCannotBuild(): Promise<string | null> {
  const version = /go(\d+)\.(\d+)/.exec((await outputOf('go', ['version'])) ?? '');
  if (version === null) return 'Go 1.26 or newer is not on this machine';
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > 1 || minor >= 26 ? null : `Go ${major}.${minor} is too old, 1.26 is needed`;
}

/** Builds one folder unless it is built already. True when its binaries are there afterwards. */
export async function buildServer(folder: string, say: (line: string) => void): Promise<boolean> {
  if (isBuilt(folder)) {
    say(`${folder}: already built`);
    return true;
  }
  mkdirSync(builtServersFolder, { recursive: true });
  say(`${folder}: building ${programsOf(folder).join(', ')} (about 6 minutes with an empty Go cache)`);
  const startMs = Date.now();
  const seconds = (): number => Math.round((Date.now() - startMs) / 1000);
  const still = setInterval(() => say(`${folder}: still building, ${seconds()} s`), 30_000);
  const target = `${builtServersFolder}/${programNames[folder] ?? ''}`;
  const code = await runCommand('go', ['build', ...(buildFlags[folder] ?? []), '-o', target, 'tool'], {
    cwd: join(import.meta.dirname, folder),
    env: { GOFLAGS: '-buildvcs=false' },
    onLine: (line) => say(`${folder}: ${line}`),
  });
  clearInterval(still);
  if (code === 0) writeFileSync(stampFile(folder), stampOf(folder));
  say(code === 0 ? `${folder}: built in ${seconds()} s` : `${folder}: go build failed with exit code ${code}`);
  return code === 0;
}

/** Binary names: the last part of every tool path, which go.mod writes on one line or as a block. */
function programsOf(folder: string): string[] {
  const named = programNames[folder];
  if (named !== undefined) return [named];
  const goMod = readIfThere(join(import.meta.dirname, folder, 'go.mod'));
  const paths = [...goMod.matchAll(/^tool (?:\(([^)]*)\)|(\S+))/gm)].flatMap((match) => (match[1] ?? match[2] ?? '').split(/\s+/));
  const programs = paths.filter(Boolean).map((path) => path.slice(path.lastIndexOf('/') + 1));
  if (programs.length === 0) throw new Error(`tools/${folder}/go.mod has no tool line`);
  return programs;
}

function stampFile(folder: string): string {
  return join(builtServersFolder, `${folder}.stamp`);
}

function stampOf(folder: string): string {
  const hash = createHash('sha256');
  const here = join(import.meta.dirname, folder);
  const sources = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.go'));
  for (const name of ['go.mod', 'go.sum', ...sources.sort()]) hash.update(readIfThere(join(here, name)));
  return hash.digest('hex');
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
