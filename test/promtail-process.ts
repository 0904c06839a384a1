/** Runs a real Promtail on the shipped configuration, with only its folders and addresses changed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findServer } from '../tools/find-server.ts';

const shipped = join(import.meta.dirname, '..', 'promtail', 'promtail.yaml');

export const promtailPath = findServer('promtail');
/** For `describe.skipIf`: on CI a missing Promtail fails instead. */
export const skipWithoutPromtail = promtailPath === null && process.env.CI !== 'true';
if (skipWithoutPromtail) process.stderr.write('SKIPPED: tests with a real Promtail (no promtail on PATH or in .tools/bin)\n');

export type PromtailProcess = {
  start(): void;
  /** SIGKILL, and where it stood is left as it is. */
  kill(): Promise<void>;
};

/** @param folder gets `positions.yaml`, `log/` for what is shipped as nginx's error log, and what Promtail says */
export function createPromtail(folder: string, pushUrl: string): PromtailProcess {
  mkdirSync(join(folder, 'log'), { recursive: true });
  const configuration = readFileSync(shipped, 'utf8')
    .replace('/var/lib/promtail', folder)
    .replace('/var/log/nginx-errors', join(folder, 'log'))
    .replace('http://processor:9464', pushUrl)
    .replace('http_listen_port: 9080', 'http_listen_port: 0\n  http_listen_address: 127.0.0.1')
    .replace('max_period: 30s', 'max_period: 1s'); // so that a test need not wait half a minute
  writeFileSync(join(folder, 'promtail.yaml'), configuration);
  let child: ChildProcess | null = null;
  process.once('exit', () => child?.kill('SIGKILL'));
  return {
    start() {
      if (promtailPath === null) throw new Error('no promtail on PATH or in .tools/bin: build the tools first');
      const output = openSync(join(folder, 'promtail.log'), 'a');
      child = spawn(promtailPath, [`-config.file=${join(folder, 'promtail.yaml')}`], { cwd: folder, stdio: ['ignore', output, output] });
      closeSync(output);
    },
    async kill() {
      const ending = child;
      child = null;
      if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGKILL');
      await ended;
    },
  };
}
