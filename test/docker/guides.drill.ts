/** Every command of the guides and the runbooks that only looks is typed at the running stack, as it is written, and ends with 0. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { namesIn } from '../alerts/alert-files.ts';
import { commandsOf, guides } from '../guides/blocks.ts';
import { prometheusValue, until } from './answers.ts';
import { prepareStack } from './compose-stack.ts';
import type { ComposeStack } from './compose-stack.ts';
import { whyNoDaemon } from './daemon.ts';
import { filesOf } from './image-files.ts';
import { Traffic } from './traffic.ts';

const why = whyNoDaemon();
const looksOnly = /^docker (?:compose (?:ps|logs|exec|config|run --rm --no-deps processor check)|stats|network ls)\b|^setup\/disk-forecast\.sh$/;
/** These programs are in the images only, not in their stand-ins. */
const notHere = /grafana cli|exec prometheus promtool|exec alertmanager amtool/;
const runbooks = namesIn('docs/runbooks', '.md').map((file) => `runbooks/${file.replace('.md', '')}`);
const commands = [...new Set([...guides, ...runbooks].flatMap(commandsOf).map((command) => command.replaceAll('SERVICE', 'loki')).filter((command) => looksOnly.test(command) && !notHere.test(command)))];

describe.skipIf(why !== null && process.env['CI'] !== 'true')('typed at the running stack', { timeout: 120_000 }, () => {
  let stack: ComposeStack;
  beforeAll(async () => {
    if (why !== null) throw new Error(`the stack cannot be tested here: ${why}`);
    stack = await prepareStack();
    await stack.up();
    const traffic = new Traffic(stack);
    for (let number = 0; number < 5; number += 1) await traffic.visit('/stories/salt');
    await traffic.visit('/?q=%3Cscript%3E');
    await until('its line is written', 30, async () => (await traffic.written()) >= 6);
    await traffic.settled(60);
  }, 900_000);
  afterAll(() => stack.remove(), 120_000);
  const fileOf = (text: string): string => {
    const path = join(mkdtempSync(join(stack.folder, 'written-')), 'file');
    writeFileSync(path, text);
    return path;
  };

  test('the disk that everything will need is forecast from what a line takes', async () => {
    await until('Prometheus has counted lines', 60, async () => ((await prometheusValue(stack, 'sum(logproc_lines_delivered_total)')) ?? 0) > 0);
    const { code, stdout } = await stack.script('disk-forecast.sh');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Loki: +\d+\.\d\d GiB now; [1-9]\d* lines a day x [1-9]\d* bytes x 90 days = \d+\.\d\d GiB$/m);
    expect(stdout).toMatch(/^Prometheus: \d+\.\d\d GiB now; \d+\.\d\d GiB a day x 90 days, at most 16 GB = \d+\.\d\d GiB$/m);
    expect(stdout).toMatch(/GiB to come, [1-9]\d*\.\d\d GiB free$/m);
  });

  test('built again from the same files without a cache, both images hold the same files, to the byte, with the same owners and modes', async () => {
    for (const [image, context] of [['tidewatch/tidewatch:0.1.0', '.'], ['tidewatch/ocean-body:1.0.0', 'platform']] as const) {
      await stack.docker('build', '--quiet', '--no-cache', '--network', 'host', '--tag', 'again:1.0.0', context);
      const [first, second] = [await filesOf(stack.daemon.host, stack.folder, image), await filesOf(stack.daemon.host, stack.folder, 'again:1.0.0')];
      expect(first.length).toBeGreaterThan(300);
      expect(second.filter((line) => !first.includes(line))).toEqual([]);
      expect(second).toHaveLength(first.length);
    }
  }, 400_000);

  test('an old log is looked at, and filled in, from inside the stack: only there is Node, and Loki', async () => {
    const inside = ['run', '--rm', '--no-deps', '-T'];
    expect(await stack.mustCompose(...inside, 'processor', 'report', '/var/log/nginx-access/access.json.log')).toMatch(/visit/i);
    const fill = 'cp /var/log/nginx-access/access.json.log /tmp/old.log && exec node log-processor/src/main.ts backfill /tmp/old.log --config /etc/tidewatch/tidewatch.yaml --dry-run';
    const { code, stdout, stderr } = await stack.compose(...inside, '--entrypoint', 'sh', 'processor', '-c', fill);
    // Loki has the lines of today from the processor, and says so.
    expect([code, stderr + stdout]).toEqual([2, expect.stringContaining('count twice')]);
  });

  test('setup says which configuration its service may not read, and nothing where each may', async () => {
    const closed = join(stack.folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const said = async (...words: readonly string[]): Promise<string> => stack.mustCompose('run', '--rm', '--no-deps', '-T', ...words, 'setup');
    expect(await said()).not.toMatch(/may not be read|only their owner may read/);
    expect(await said('--volume', `${closed}:/configuration/loki:ro`)).toContain('what is in loki may not be read by the service that needs it, which will start over and over: chmod -R go+rX loki');
    await stack.docker('build', '--quiet', '--network', 'host', '--tag', 'closed:1.0.0', '-f', fileOf('FROM tidewatch/tidewatch:0.1.0\nUSER 0:0\nRUN chmod 0600 package.json\n'), closed);
    const image = fileOf('services: { setup: { image: closed:1.0.0 } }\n');
    stack.change([image]);
    expect(await said()).toContain('the image tidewatch/tidewatch was built from files that only their owner may read');
    stack.change([]);
  });

  test('there are commands to type', () => expect(commands.length).toBeGreaterThan(20));
  test.each(commands)('%s', async (command) => {
    const { code, stdout, stderr } = await stack.typed(command);
    // grep finds no refused request; verify says 5 on the first day, when there is no receipt yet to look at.
    const fine = /grep -h -c|[|] grep /.test(command) ? [0, 1] : command.includes(' verify ') ? [0, 5] : [0];
    expect([fine.includes(code), fine.includes(code) ? '' : `${code}: ${stderr.slice(-1500)}${stdout.slice(-1500)}`]).toEqual([true, '']);
  });
});
