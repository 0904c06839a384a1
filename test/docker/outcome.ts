/** Runs a program to its end and gives back everything it said, for tests that look at failures too. */
import { spawn } from 'node:child_process';

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type OutcomeOptions = { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string | Uint8Array };

/** 127 when it could not be started, 128 when a signal ended it. */
export function outcomeOf(program: string, args: readonly string[], { cwd, env, input }: OutcomeOptions = {}): Promise<Outcome> {
  const child = spawn(program, args, { ...(cwd === undefined ? {} : { cwd }), env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (piece: Buffer) => (said.stdout += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (said.stderr += piece.toString()));
  child.stdin.on('error', () => undefined); // a program that does not read its input may end before it is written
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, stdout: said.stdout, stderr: `${said.stderr}${error.message}` }));
    child.once('close', (code) => resolve({ code: code ?? 128, ...said }));
  });
}

/** @throws Error with what it said when it fails */
export async function mustRun(program: string, args: readonly string[], options: OutcomeOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await outcomeOf(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr.slice(-3000)}${stdout.slice(-1000)}`);
  return stdout;
}
