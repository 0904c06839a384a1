/** Runs one program for the build and the tests, with its output passed on as it comes. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type CommandOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with every line of output instead of showing it. */
  readonly onLine?: (line: string) => void;
};

/** The exit code of the program; 127 when it could not be started, 128 when a signal ended it. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<number> {
  const { cwd, env, onLine } = options;
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: onLine ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  if (onLine && child.stdout && child.stderr) {
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
  }
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 128));
  });
}

/** The standard output of a short program, or null when it is missing or fails. */
export async function outputOf(command: string, args: readonly string[]): Promise<string | null> {
  const lines: string[] = [];
  const code = await runCommand(command, args, { onLine: (line) => lines.push(line) });
  return code === 0 ? lines.join('\n') : null;
}
