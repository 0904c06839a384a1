/** Checks a command of Compose: its flags against Compose's own help, its services and profiles against compose.yaml, and Tidewatch's words inside a container. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findServer } from '../../tools/find-server.ts';
import { readCompose, texts } from '../compose/compose-file.ts';
import { mustRun } from '../docker/outcome.ts';
import { checkout } from './blocks.ts';

const { services } = readCompose(readFileSync(join(checkout, 'compose.yaml'), 'utf8'));
const program = findServer('docker-compose') ?? 'docker-compose';

const isProfile = (name: string): boolean => Object.values(services).some(({ profiles }) => texts(profiles).includes(name));
const scaled = (value: string | undefined): string => (value ?? '').split('=')[0] ?? '';

type Read = { readonly named: readonly string[]; readonly inside: readonly string[]; readonly unknownFlag: string | null };

/** @param given the words after `docker compose`; a mistake in them, or null */
export async function composeMistake(given: readonly string[], tidewatchMistake: (words: readonly string[]) => string | null): Promise<string | null> {
  const profiles = given.flatMap((word, index) => (word === '--profile' ? [given[index + 1] ?? ''] : []));
  const foreign = profiles.find((profile) => !isProfile(profile));
  if (foreign !== undefined) return `no service has the profile ${foreign}`;
  const [command, ...words] = given.slice(profiles.length * 2);
  if (command === undefined) return null; // spoken of, not typed
  const flags = await flagsOf(command);
  if (flags === null) return `Compose has no command ${command}`;
  const { named, inside, unknownFlag } = read(command, words, flags);
  if (unknownFlag !== null) return `${command} has no flag ${unknownFlag}`;
  const nobody = named.find((name) => !(name in services));
  if (nobody !== undefined) return `compose.yaml has no service ${nobody}`;
  if (command === 'exec') return execMistake(inside, tidewatchMistake);
  return command === 'run' && named.at(-1) === 'processor' ? tidewatchMistake(inside) : null;
}

function execMistake(inside: readonly string[], tidewatchMistake: (words: readonly string[]) => string | null): string | null {
  if (inside.length === 0) return 'nothing is run in the container';
  return inside[1] === 'log-processor/src/main.ts' ? tidewatchMistake(inside.slice(2)) : null;
}

/** Services that are named, and what is run in one of them. */
function read(command: string, words: readonly string[], flags: ReadonlyMap<string, boolean>): Read {
  const named: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const [word = '', next] = words.slice(index);
    if (!word.startsWith('-')) {
      named.push(word);
      if (command === 'exec' || command === 'run') return { named, inside: words.slice(index + 1), unknownFlag: null };
      continue;
    }
    const takesValue = flags.get(word);
    if (takesValue === undefined) return { named, inside: [], unknownFlag: word };
    if (takesValue) index += 1;
    if (word === '--scale') named.push(scaled(next));
  }
  return { named, inside: [], unknownFlag: null };
}

const known = new Map<string, Promise<ReadonlyMap<string, boolean> | null>>();

/** Every flag of a command of Compose, and whether a value follows it; null where there is no such command. */
function flagsOf(command: string): Promise<ReadonlyMap<string, boolean> | null> {
  let flags = known.get(command);
  if (flags === undefined) known.set(command, (flags = readFlags(command)));
  return flags;
}

async function readFlags(command: string): Promise<ReadonlyMap<string, boolean> | null> {
  const names = [...(await mustRun(program, ['--help'])).matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name);
  if (!names.includes(command)) return null;
  const help = await mustRun(program, [command, '--help']);
  const flags = new Map<string, boolean>();
  for (const [, short, long, kind] of help.matchAll(/^ +(?:(-\w), )?(?:(--[\w-]+)(?: (\w+))?)? {2,}/gm)) {
    for (const name of [short, long]) if (name !== undefined) flags.set(name, kind !== undefined);
  }
  return flags;
}
