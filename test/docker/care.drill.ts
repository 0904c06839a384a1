/** What the person in charge does over the years: back up, restore, upgrade, go back, move to another machine and to one without the internet. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lokiLines, prometheusValue, until } from './answers.ts';
import { prepareStack } from './compose-stack.ts';
import type { ComposeStack } from './compose-stack.ts';
import { whyNoDaemon } from './daemon.ts';
import { buildNextVersion } from './next-version.ts';
import { outcomeOf } from './outcome.ts';
import { Traffic } from './traffic.ts';

const why = whyNoDaemon();

describe.skipIf(why !== null && process.env['CI'] !== 'true')('the stack over the years', { timeout: 1_000_000 }, () => {
  let stack: ComposeStack;
  let traffic: Traffic;
  let archive = '';
  const visits = async (path: string, times: number): Promise<void> => {
    for (let number = 0; number < times; number += 1) expect(await traffic.visit(path)).toBe(200);
  };
  const must = async (script: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await stack.script(script, ...args);
    expect([code, code === 0 ? '' : stderr.slice(-2000)]).toEqual([0, '']);
    return stdout;
  };

  beforeAll(async () => {
    if (why !== null) throw new Error(`the stack cannot be tested here: ${why}`);
    stack = await prepareStack();
    await stack.up();
    traffic = new Traffic(stack);
    archive = join(stack.folder, 'backup.tar.gz');
  }, 900_000);
  afterAll(() => stack.remove(), 120_000);

  test('a backup is made while the site goes on answering, and holds neither keys nor raw logs', async () => {
    await visits('/stories/salt', 5);
    await traffic.settled(60);
    const keys = (await stack.inside('processor', 'sh', '-c', 'for file in /var/lib/tidewatch/keys/*; do od -An -v -tx1 "$file"; echo; done')).split('\n\n').map((key) => key.replaceAll(/\s/g, '')).filter((key) => key.length >= 64);
    expect(keys.length).toBeGreaterThan(0);
    let [ended, during] = [false, 0];
    const making = must('backup.sh', archive).finally(() => (ended = true));
    while (!ended) {
      expect(await traffic.visit('/stories/breath')).toBe(200);
      during += 1;
      await new Promise((done) => setTimeout(done, 500));
    }
    await making;
    expect(during).toBeGreaterThan(3);
    const names = (await outcomeOf('tar', ['-tzf', archive])).stdout;
    expect(names).toMatch(/^processor-state\/state\.db$/m);
    expect(names).toMatch(/^loki-data\/chunks\//m);
    expect(names).not.toMatch(/processor-keys|access-logs|error-logs|app-logs/);
    const bytes = gunzipSync(readFileSync(archive));
    for (const key of keys) for (const needle of [Buffer.from(key.slice(0, 64), 'hex'), Buffer.from(key.slice(0, 64))]) expect(bytes.includes(needle)).toBe(false);
    expect(bytes.includes(Buffer.from('remote_addr":"'))).toBe(false);
    for (const name of ['processor', 'loki', 'promtail', 'prometheus', 'alertmanager', 'grafana']) await traffic.back(name, 90);
    await traffic.settled(60);
    expect((await stack.script('backup.sh', archive)).code).toBe(1); // an archive is never overwritten
  });

  test('an archive that is damaged or foreign changes nothing', async () => {
    const broken = join(stack.folder, 'broken.tar.gz');
    writeFileSync(broken, readFileSync(archive).subarray(0, 20_000));
    expect(await stack.script('restore.sh', broken)).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was changed') as unknown });
    expect((await stack.script('restore.sh', join(stack.folder, 'nothing.tar.gz'))).code).toBe(2);
    writeFileSync(broken, readFileSync(archive));
    writeFileSync(`${broken}.sha256`, `${'0'.repeat(64)}  broken.tar.gz\n`);
    expect((await stack.script('restore.sh', broken)).stderr).toContain('is not what its sum says');
    expect((await traffic.services()).get('processor')?.health).toBe('healthy');
  });

  test('restored on its machine, what came after the backup is read again, and every line is there once', async () => {
    await visits('/stories/pressure', 5);
    await traffic.settled(60);
    await must('restore.sh', archive);
    for (const name of ['nginx', 'processor', 'loki', 'prometheus', 'grafana']) await traffic.back(name, 240);
    await visits('/stories/light', 3);
    expect(await traffic.settled(120)).toBeGreaterThanOrEqual(traffic.answered);
  });

  test('an upgrade that changes what is stored goes on; the version before refuses it and says so; with the backup it is as before, and no line is lost', async () => {
    const before = join(stack.folder, 'before-the-upgrade.tar.gz');
    await must('backup.sh', before);
    const newer = await buildNextVersion(stack, 'tidewatch/tidewatch:0.2.0');
    const turnTo = async (overlays: readonly string[], image: string): Promise<void> => {
      stack.change(overlays);
      await stack.mustCompose('up', '--detach', '--no-build', '--pull', 'never');
      expect((await stack.docker('inspect', '--format', '{{.Config.Image}}', 'tidewatch-processor-1')).trim()).toBe(image);
      await visits('/stories/pulse', 3);
    };
    await turnTo([newer], 'tidewatch/tidewatch:0.2.0');
    await traffic.back('processor', 240);
    expect(await traffic.settled(180)).toBeGreaterThanOrEqual(traffic.answered);
    await turnTo([], 'tidewatch/tidewatch:0.1.0');
    await until('it is refused', 180, async () => /found format 2 of a newer Tidewatch, expected at most 1. Update Tidewatch, or restore an older backup/.test((await stack.compose('logs', 'processor')).stdout));
    expect((await traffic.services()).get('processor')?.health).not.toBe('healthy');
    await must('restore.sh', before);
    for (const name of ['nginx', 'processor', 'loki', 'prometheus', 'grafana']) await traffic.back(name, 240);
    expect(await traffic.settled(120)).toBeGreaterThanOrEqual(traffic.answered);
  });

  test('on another machine, without the internet: images are carried over, history is there, the day begins with new keys, and nothing leads outside', async () => {
    const images = join(stack.folder, 'images.tar.gz');
    await must('images.sh', 'save', images);
    await visits('/stories/salt', 3);
    await traffic.settled(60);
    const before = await lokiLines(stack, '{stream="access"}');
    const password = await stack.inside('grafana', 'cat', '/run/secrets/admin-password');
    const newest = join(stack.folder, 'newest.tar.gz');
    await must('backup.sh', newest);
    // Everything of this machine goes: containers, volumes with their keys, and the images.
    await stack.mustCompose('down', '--volumes');
    const wanted = (await stack.mustCompose('config', '--images')).split('\n').filter(Boolean);
    await stack.docker('rmi', '--force', ...new Set(wanted));
    expect((await stack.script('images.sh', 'save', join(stack.folder, 'none.tar.gz'))).stderr).toContain('is not on this machine');
    await must('images.sh', 'load', images);
    stack.change(['compose.air-gapped.yaml']);
    await must('restore.sh', newest, '--new-keys');
    for (const name of ['nginx', 'processor', 'loki', 'prometheus', 'grafana', 'energy', 'alertmanager']) await traffic.back(name, 240);
    expect(await stack.inside('grafana', 'cat', '/run/secrets/admin-password')).toBe(password);
    await until('history is there', 60, async () => (await lokiLines(stack, '{stream="access"}')).length >= before.length);
    expect((await lokiLines(stack, '{stream="access"}')).slice(0, before.length)).toEqual(before);
    await visits('/stories/warmth', 3);
    await until('new lines come', 60, async () => (await lokiLines(stack, '{stream="access"} |= `/stories/warmth`')).length === 3);
    expect(await prometheusValue(stack, 'count(count_over_time(up{job="loki"}[1h]))')).toBe(1);
    expect(await stack.docker('network', 'ls', '--format', '{{.Name}}')).not.toContain('egress');
    const networks = await stack.docker('inspect', '--format', '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}', 'tidewatch-alertmanager-1', 'tidewatch-energy-1', 'tidewatch-loki-1', 'tidewatch-processor-1');
    for (const name of networks.split(/\s+/).filter(Boolean)) expect([name, (await stack.docker('network', 'inspect', '--format', '{{.Internal}}', name)).trim()]).toEqual([name, 'true']);
  });
});
