/** A backup that is cut off leaves the stack running, and a restore that is says so. Compose is made up here, because what is asked for is a fault. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../test/docker/answers.ts';
import { mustRun, outcomeOf } from '../test/docker/outcome.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('%s in the middle of the copying', async (signal) => {
  const [compose, said, archive] = [join(folder, 'compose'), join(folder, 'said'), join(folder, 'backup.tar.gz')];
  // Copying takes until it is killed.
  writeFileSync(compose, `#!/bin/sh\necho "$@" >> ${said}\ncase "$1" in ps) case "$*" in *restarting*) printf 'nginx\\nprocessor\\nloki\\n' ;; *) printf 'nginx\\nloki\\n' ;; esac ;; run) exec sleep 60 ;; esac\n`, { mode: 0o755 });
  const child = spawn('/bin/sh', [join(import.meta.dirname, 'backup.sh'), archive], { env: { PATH: process.env['PATH'] ?? '', COMPOSE: compose }, stdio: 'ignore', detached: true, cwd: folder });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const calls = (): string[] => (existsSync(said) ? readFileSync(said, 'utf8').trim().split('\n') : []);
  await until('it is copying', 20, () => calls().some((call) => call.startsWith('run ')));
  process.kill(-(child.pid ?? 0), signal); // a terminal tells everybody in it
  expect(await ended).toBe(1);
  expect(calls().filter((call) => /^(?:stop|start) /.test(call))).toEqual(['stop processor loki', 'start processor loki']);
  expect([existsSync(archive), existsSync(`${archive}.part`)]).toEqual([false, false]);
});

test('a restore that cannot unpack says that it is to be run again, and starts nothing', async () => {
  const [compose, said, archive] = [join(folder, 'compose'), join(folder, 'said'), join(folder, 'backup.tar.gz')];
  const volumes = ['processor-state', 'loki-data', 'prometheus-data', 'alertmanager-data', 'grafana-data', 'grafana-secrets', 'agent-positions'];
  for (const name of volumes) mkdirSync(join(folder, name));
  await mustRun('tar', ['-C', folder, '-czf', archive, ...volumes]);
  writeFileSync(compose, `#!/bin/sh\necho "$@" >> ${said}\ncase "$*" in *"--entrypoint tar"*) exit 1 ;; esac\n`, { mode: 0o755 });
  const { code, stderr } = await outcomeOf('/bin/sh', [join(import.meta.dirname, 'restore.sh'), archive], { cwd: folder, env: { COMPOSE: compose } });
  expect([code, stderr]).toEqual([1, expect.stringContaining('run it again with the same archive')]);
  expect(readFileSync(said, 'utf8')).not.toMatch(/^up/m);
});
