/** Runs a program and says what it cost as the kernel counts it: one ruler for every program, whatever it says of itself. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export type Usage = {
  /** User and system time of all threads so far. */
  readonly cpuSeconds: number;
  /** Largest resident memory so far. */
  readonly peakBytes: number;
};

export type Measured = Usage & { readonly wallSeconds: number; readonly stdout: string };

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;
const pollMs = 20;

/** What a living process has used; null when it is gone. Linux only. */
export function usageOf(pid: number): Usage | null {
  let stat: string;
  let status: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return null; // it ended between two looks
  }
  // The name in brackets may hold spaces; state is the first field behind it, utime the 12th, stime the 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  if (peak === undefined) return null; // a zombie has no memory any more
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, peakBytes: Number(peak) * 1024 };
}

/** Runs a program to its end; looked at every 20 ms, so the last 20 ms may be missing. @throws Error when it ends badly or after `longestMs` */
export function measure(program: string, args: readonly string[], longestMs = 600_000): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: longestMs, killSignal: 'SIGKILL' });
    const pieces: Buffer[] = [];
    let complaint = '';
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => (complaint = (complaint + piece.toString()).slice(-2000)));
    let usage: Usage = { cpuSeconds: 0, peakBytes: 0 };
    const polling = setInterval(() => (usage = usageOf(child.pid ?? 0) ?? usage), pollMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(polling);
      if (code !== 0) reject(new Error(`${program} ended with ${code ?? signal ?? 'nothing'}: ${complaint}`));
      else resolve({ ...usage, wallSeconds: (performance.now() - startMs) / 1000, stdout: Buffer.concat(pieces).toString() });
    });
  });
}
