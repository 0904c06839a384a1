/** Whoever starts the processor holds the launcher's process id only: killing that one must leave nothing behind. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { outcomeOf } from './docker/outcome.ts';

const bin = resolve(import.meta.dirname, '../log-processor/bin/tidewatch.mjs');
const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 50));

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (isSo()) return;
    await pause();
  }
  throw new Error(`not within 30 s: ${what}`);
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

test.skipIf(process.platform !== 'linux')('the processor ends in order when its launcher is killed, and the next one takes the state (skipped where there is no /proc)', { timeout: 90_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'tidewatch-launcher-'));
  const config = join(home, 'tidewatch.yaml');
  const folders = { state_folder: join(home, 'state'), key_folder: join(home, 'keys'), files_folder: join(home, 'lines') };
  writeFileSync(join(home, 'access.log'), '');
  writeFileSync(config, JSON.stringify({ ...folders, output: 'files', listen_port: 0, inputs: [{ name: 'main', path: join(home, 'access.log') }] }));
  try {
    for (let round = 0; round < 2; round += 1) {
      const launcher = spawn(process.execPath, [bin, 'run', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [launcher.stdout, launcher.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
      const pid = launcher.pid ?? 0;
      await until(`the processor is up; it said ${said}`, () => said.includes('the processor is up'));
      const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
      expect(isAlive(child)).toBe(true);
      launcher.kill('SIGKILL');
      await until('the processor has ended', () => !isAlive(child));
      expect(said).toContain('ended in order');
      // What was there before is offered once, in words that are right outside of a container and beside one.
      for (const command of ['npx tidewatch', 'docker compose run --rm --no-deps processor']) expect([command, said.includes(`${command} backfill FILE ... --config ${config} --until YESTERDAY`)]).toEqual([command, round === 0]);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('in a bare clone it installs first, once, and says so beside the answer; where that fails it goes no further', async () => {
  const clone = mkdtempSync(join(tmpdir(), 'tidewatch-bare-clone-'));
  const launch = (): Promise<unknown> => outcomeOf(process.execPath, [join(clone, 'log-processor', 'bin', 'tidewatch.mjs'), 'report', 'access.log']);
  const answers = '#!/bin/sh\\nfor word; do last=$word; done; echo answered $last';
  const bootstrap = (end: string): void => writeFileSync(join(clone, 'bootstrap.mjs'), `console.log('installing'); ${end}`);
  try {
    cpSync(bin, join(clone, 'log-processor', 'bin', 'tidewatch.mjs'));
    bootstrap('process.exit(3)');
    expect(await launch()).toEqual({ code: 3, stdout: '', stderr: 'installing\n' });
    bootstrap(`const fs = await import('node:fs'); fs.mkdirSync('${clone}/node_modules/node/bin', { recursive: true }); fs.writeFileSync('${clone}/node_modules/node/bin/node', '${answers}', { mode: 0o755 });`);
    expect(await launch()).toEqual({ code: 0, stdout: 'answered access.log\n', stderr: 'installing\n' });
    expect(await launch()).toEqual({ code: 0, stdout: 'answered access.log\n', stderr: '' });
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
});
