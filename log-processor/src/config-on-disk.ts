/** What a configuration says of this machine: files, folders, secrets and doors that are not as it names them; so that `check` and `run` refuse the same. */
import { access, constants, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { readConfig } from './config.ts';
import { ConfigRefused } from './config-refused.ts';
import type { Config } from './config-schema.ts';
import { readSecret, SecretUnreadable } from './loki/credentials.ts';
import { followedPaths } from './read/follow-glob.ts';
import { InputsOverlap, OneReader } from './read/one-reader.ts';
import { mustBeFree, ServerRefused } from './server/server.ts';

/**
 * Reads a configuration file and compares it with the machine. A folder is not made, and a port that is in use is no mistake: the processor itself may have it.
 * @throws ConfigRefused with every mistake at once
 */
export async function readConfigHere(path: string): Promise<Config> {
  const config = readConfig(path);
  const mistakes = [...(await secretMistakes(config)), ...(await inputMistakes(config)), ...(await folderMistakes(config)), ...(await doorMistakes(config))];
  if (mistakes.length > 0) throw new ConfigRefused(path, mistakes);
  return config;
}

/** Secrets that cannot be read: Loki would answer 401 for ever. Whether the secret is right, only Loki knows. */
async function secretMistakes(config: Config): Promise<string[]> {
  if (config.output !== 'loki') return [];
  const mistakes: string[] = [];
  for (const key of ['loki_password_file', 'loki_bearer_token_file'] as const) {
    const path = config[key];
    if (path === undefined) continue;
    try {
      await readSecret(path);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      mistakes.push(`${key}: ${error.message}`);
    }
  }
  return mistakes;
}

/** What cannot be followed, and what would be read twice. A file that is not there yet may come. */
async function inputMistakes({ inputs }: Config): Promise<string[]> {
  const mistakes: string[] = [];
  const once = new OneReader();
  const spellings = new Map<string, string>();
  for (const [index, { name, path }] of inputs.entries()) {
    if (path === '-') continue;
    const wrong = spelledBefore(spellings, name, path) ?? (await pathMistake(path));
    if (wrong !== null) mistakes.push(`inputs.${index}.path: ${path} ${wrong}`);
    else for (const followed of await followedPaths(path)) await once.isFree(name, followed);
  }
  return [...mistakes, ...overlaps(once)];
}

function spelledBefore(spellings: Map<string, string>, name: string, path: string): string | null {
  const other = spellings.get(resolve(path));
  spellings.set(resolve(path), other ?? name);
  return other === undefined ? null : `is read by ${other} already, in another spelling; expected every log in one input`;
}

async function pathMistake(path: string): Promise<string | null> {
  const found = await lookAt(path);
  if (typeof found === 'string') return `cannot be looked at (${found})`;
  return found?.isDirectory() === true ? `is a folder; expected a file, or a glob such as ${join(path, '*.log')}` : null;
}

function overlaps(once: OneReader): string[] {
  try {
    once.started();
    return [];
  } catch (error) {
    if (!(error instanceof InputsOverlap)) throw error;
    return error.pairs.map((pair) => `inputs: ${pair}`);
  }
}

async function folderMistakes(config: Config): Promise<string[]> {
  const used = ['state_folder', 'key_folder', ...(config.output === 'files' ? ['files_folder' as const] : [])] as const;
  const mistakes: string[] = [];
  for (const key of used) {
    const wrong = await folderMistake(resolve(config[key]));
    if (wrong !== null) mistakes.push(`${key}: ${wrong}`);
  }
  return [...mistakes, ...(await keyFolderMistakes(resolve(config.state_folder), resolve(config.key_folder)))];
}

async function keyFolderMistakes(state: string, keys: string): Promise<string[]> {
  const mistakes = keys === state || keys.startsWith(state + sep) ? ['key_folder: it lies in the state_folder; expected a folder of its own, outside every backup'] : [];
  const found = await lookAt(keys);
  const user = process.getuid?.();
  if (found === null || typeof found === 'string' || user === undefined || found.uid === user) return mistakes;
  return [...mistakes, `key_folder: ${keys} belongs to user ${found.uid}; expected ${user}, who runs this`];
}

/** A folder that is missing will be made, so the nearest one above it must take it. */
async function folderMistake(path: string): Promise<string | null> {
  const found = await lookAt(path);
  if (found === null) return folderMistake(dirname(path));
  if (typeof found === 'string') return `${path} cannot be looked at (${found})`;
  if (!found.isDirectory()) return `${path} is no folder; expected one`;
  return access(path, constants.W_OK | constants.X_OK).then(
    () => null,
    (error: unknown) => (codeOf(error) === 'EACCES' ? `${path} cannot be written by this user; expected a folder that can` : null),
  );
}

async function doorMistakes({ listen_address: host, listen_port: port }: Config): Promise<string[]> {
  try {
    await mustBeFree(host, port);
    return [];
  } catch (error) {
    if (!(error instanceof ServerRefused)) throw error;
    return error.isInUse ? [] : [`listen_address, listen_port: ${error.message}`];
  }
}

/** Null where there is nothing; the code of the system where it does not say. */
function lookAt(path: string): Promise<Stats | string | null> {
  return stat(path).catch((error: unknown) => (codeOf(error) === 'ENOENT' ? null : codeOf(error)));
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
