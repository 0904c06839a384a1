/** Gives a container the name of its service: what the configuration says first, else its host name, which compose can set. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundCgroup } from './find-cgroups.ts';

export type ServiceRule = {
  readonly service: string;
  /** Host names, or container ids from their start (12 digits or more). */
  readonly hostnames: readonly string[];
  /** Part of the command line of the first process. */
  readonly commands: readonly string[];
  /** Whole cgroup paths, such as `/system.slice/nginx.service`. */
  readonly cgroups: readonly string[];
};

export type ProcessFacts = { readonly hostname: string | null; readonly command: string };

/** A host name that Docker made up out of the id says nothing. */
const madeUp = /^[0-9a-f]{12}$/;
const usable = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/** The name of the rest in the recording rules: a container that took it would take the rest with it. */
const reserved = 'unattributed';

/** Null where nothing names it: it stays in `unattributed`. */
export function nameService({ path, containerId }: FoundCgroup, facts: ProcessFacts, rules: readonly ServiceRule[]): string | null {
  const matches = ({ hostnames, commands, cgroups }: ServiceRule): boolean =>
    cgroups.includes(path) ||
    hostnames.some((name) => name === facts.hostname || (name.length >= 12 && containerId?.startsWith(name) === true)) ||
    commands.some((part) => facts.command.includes(part));
  const rule = rules.find(matches);
  if (rule !== undefined) return rule.service;
  const { hostname } = facts;
  const name = hostname?.toLowerCase() ?? '';
  return usable.test(name) && !madeUp.test(name) && name !== reserved ? name : null;
}

/** Host name and command line of a process, as far as they may be read: its environment only by root or its own user. */
export async function processFacts(procFolder: string, processId: number | null): Promise<ProcessFacts> {
  if (processId === null) return { hostname: null, command: '' };
  const [environment, commandLine] = await Promise.all(['environ', 'cmdline'].map((file) => readOrNothing(join(procFolder, String(processId), file))));
  const hostname = environment?.split('\0').find((variable) => variable.startsWith('HOSTNAME='));
  return { hostname: hostname?.slice('HOSTNAME='.length) ?? null, command: (commandLine ?? '').split('\0').join(' ') };
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return ''; // the process ended, or is another user's: rules by command or cgroup name it then
  }
}
