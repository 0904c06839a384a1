/** Gives a container the name of its service: what the configuration says first, else its host name, which compose can set. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
  if (processId === null) return nothing;
  // One after the other: where the process hangs in the kernel, one thread for files hangs with it, not two.
  const environment = await readOrNothing(join(procFolder, String(processId), 'environ'));
  const commandLine = await readOrNothing(join(procFolder, String(processId), 'cmdline'));
  const hostname = environment.split('\0').find((variable) => variable.startsWith('HOSTNAME='));
  return { hostname: hostname?.slice('HOSTNAME='.length) ?? null, command: commandLine.split('\0').join(' ') };
}

const nothing: ProcessFacts = { hostname: null, command: '' };

/**
 * A process that hangs in the kernel (in state D, its memory locked) lets nobody read its files. It must not keep the use of all other containers from
 * being read, so it has no facts after `longestMs`, and nobody else is asked for theirs until it answers: every question that hangs takes a thread.
 */
export function askWithin(longestMs: number): (ask: () => Promise<ProcessFacts>) => Promise<ProcessFacts> {
  let hanging = false;
  return async (ask) => {
    if (hanging) return nothing;
    hanging = true;
    const late = new AbortController();
    const answer = ask().finally(() => (hanging = false));
    const facts = await Promise.race([answer, sleep(longestMs, nothing, { signal: late.signal }).catch(() => nothing)]);
    late.abort();
    return facts;
  };
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return ''; // the process ended, or is another user's: rules by command or cgroup name it then
  }
}
