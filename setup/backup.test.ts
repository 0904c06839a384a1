/** A backup that is cut off leaves the stack running: what was stopped for the copy is started again. Compose is made up here, because what is asked for is a fault. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../test/docker/answers.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('%s in the middle of the copying', async (signal) => {
  const [compose, said, archive] = [join(folder, 'compose'), join(folder, 'said'), join(folder, 'backup.tar.gz')];
  // Copying takes until it is killed.
  writeFileSync(compose, `#!/bin/sh\necho "$@" >> ${said}\ncase "$1" in ps) printf 'nginx\\nprocessor\\nloki\\n' ;; run) exec sleep 60 ;; esac\n`, { mode: 0o755 });
  const child = spawn('/bin/sh', [join(import.meta.dirname, 'backup.sh'), archive], { env: { PATH: process.env['PATH'] ?? '', COMPOSE: compose }, stdio: 'ignore', detached: true });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const calls = (): string[] => (existsSync(said) ? readFileSync(said, 'utf8').trim().split('\n') : []);
  await until('it is copying', 20, () => calls().some((call) => call.startsWith('run ')));
  process.kill(-(child.pid ?? 0), signal); // a terminal tells everybody in it
  expect(await ended).toBe(1);
  expect(calls().filter((call) => /^(?:stop|start) /.test(call))).toEqual(['stop processor loki', 'start processor loki']);
  expect([existsSync(archive), existsSync(`${archive}.part`)]).toEqual([false, false]);
});
