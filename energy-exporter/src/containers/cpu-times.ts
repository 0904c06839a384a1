/** The machine's processor time by what it was spent on, from /proc/stat. https://docs.kernel.org/filesystems/proc.html */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type CpuTimes = {
  /** Seconds since the start of the machine, summed over its processors, by the semantic conventions' `cpu.mode`. */
  readonly seconds: Readonly<Record<CpuMode, number>>;
  readonly cpus: number;
};

/** In the order of the columns; guest time is in `user` and `nice` already. */
const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'softirq', 'steal'] as const;
export type CpuMode = (typeof modes)[number];

/** The kernel shows ticks of 1/100 s to programs, whatever it counts itself (USER_HZ). */
const ticksPerSecond = 100;

/** Read at once, without a thread for files: these are counts in the kernel's memory, and no device answers for them. @throws Error where /proc/stat cannot be read or is none */
export function readCpuTimes(procFolder: string): CpuTimes {
  return parseCpuTimes(readFileSync(join(procFolder, 'stat'), 'utf8'));
}

/** @throws Error where the text is no /proc/stat */
export function parseCpuTimes(text: string): CpuTimes {
  const [, columns] = /^cpu +([\d ]+)$/m.exec(text) ?? [];
  const cpus = text.match(/^cpu\d+ /gm)?.length ?? 0;
  if (columns === undefined || cpus === 0) throw new Error('/proc/stat has no cpu lines');
  const ticks = columns.trim().split(/ +/).map(Number);
  const secondsOf = (column: number): number => (ticks[column] ?? 0) / ticksPerSecond;
  return {
    seconds: { user: secondsOf(0), nice: secondsOf(1), system: secondsOf(2), idle: secondsOf(3), iowait: secondsOf(4), interrupt: secondsOf(5), softirq: secondsOf(6), steal: secondsOf(7) },
    cpus,
  };
}

/** Further back than this is another machine's count, not a step back of the same. */
const mostStepSeconds = 60;

/**
 * Idle and iowait may step back a little (https://docs.kernel.org/filesystems/proc.html, /proc/stat); a counter that falls would look like one that
 * started anew. The higher value stands until it is passed.
 */
export function withoutStepsBack(before: CpuTimes | null, now: CpuTimes): CpuTimes {
  if (before === null) return now;
  const standing = modes.map((mode) => [mode, before.seconds[mode] - now.seconds[mode] < mostStepSeconds ? Math.max(before.seconds[mode], now.seconds[mode]) : now.seconds[mode]] as const);
  return { cpus: now.cpus, seconds: { ...now.seconds, ...Object.fromEntries(standing) } };
}

/** The busy part (0 to 1) of all processor time between two readings; null where no time passed. */
export function busyBetween(before: CpuTimes, now: CpuTimes): number | null {
  const passed = (mode: CpuMode): number => Math.max(0, now.seconds[mode] - before.seconds[mode]);
  const all = modes.reduce((sum, mode) => sum + passed(mode), 0);
  return all <= 0 ? null : 1 - (passed('idle') + passed('iowait')) / all;
}

/** A question that answers with the busy part since it was asked before. */
export function createUtilisation(read: () => CpuTimes): () => { readonly busy: number; readonly cpus: number } | null {
  let before: CpuTimes | null = null;
  return () => {
    const now = read();
    const last = before ?? now;
    const busy = busyBetween(last, now);
    // Where no time passed the earlier look stands; a count that fell is another one, and the next look is measured from it.
    if (busy !== null || before === null || modes.some((mode) => now.seconds[mode] < last.seconds[mode])) before = now;
    return busy === null ? null : { busy, cpus: now.cpus };
  };
}
