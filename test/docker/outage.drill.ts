/**
 * Every service in turn is dead for a minute while visitors come and errors happen, and no line is lost or doubled whichever it is: not even
 * where nginx begins new logs meanwhile, which it does every 20 s here.
 * DRILL_SERVICES=loki,nginx names some of them, DRILL_SECONDS another length.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lokiLines, prometheusValue, until } from './answers.ts';
import { prepareStack } from './compose-stack.ts';
import type { ComposeStack } from './compose-stack.ts';
import { whyNoDaemon } from './daemon.ts';
import { Traffic } from './traffic.ts';

const why = whyNoDaemon();
const all = ['processor', 'loki', 'nginx', 'promtail', 'platform', 'prometheus', 'otel-collector', 'energy', 'node-exporter', 'alertmanager', 'grafana'];
const services = (process.env['DRILL_SERVICES'] ?? all.join(',')).split(',');
const seconds = Number(process.env['DRILL_SECONDS'] ?? '60');

describe.skipIf(why !== null && process.env['CI'] !== 'true')(`dead for ${seconds} s`, { timeout: 400_000 }, () => {
  let stack: ComposeStack;
  let traffic: Traffic;
  const errorLines = async (): Promise<number> => Number((await stack.compose('exec', '-T', 'nginx', 'sh', '-c', 'cat /var/log/nginx-errors/* | grep -c .')).stdout.trim());

  beforeAll(async () => {
    if (why !== null) throw new Error(`the stack cannot be tested here: ${why}`);
    stack = await prepareStack({ ROTATE_SECONDS: '20' });
    await stack.up();
    traffic = new Traffic(stack);
  }, 900_000);
  afterAll(() => stack.remove(), 120_000);

  test.each(services)('%s', async (name) => {
    expect(all).toContain(name);
    await traffic.settled(60);
    // `kill` counts as asked for, so Docker does not start it again before we do.
    await stack.docker('kill', '--signal', 'KILL', `tidewatch-${name}-1`);
    const untilMs = performance.now() + seconds * 1000;
    let [answered, refused] = [0, 0];
    while (performance.now() < untilMs) {
      await traffic.visit(`/stories/${name}`).then(() => (answered += 1), () => (refused += 1));
      await traffic.tooLarge(`/stories/${name}`).catch(() => undefined);
      await sleep(1000);
    }
    expect(name === 'nginx' ? answered : refused).toBe(0);
    expect((await traffic.services()).get(name)?.state).toBe('exited');
    await stack.docker('start', `tidewatch-${name}-1`);
    await traffic.back(name, 120);
    expect(await traffic.visit('/about')).toBe(200);
    const lines = await traffic.settled(120);
    expect(lines).toBeGreaterThanOrEqual(traffic.answered);
    await until('every error that nginx wrote is in Loki', 60, async () => (await lokiLines(stack, '{stream="error"}')).length >= (await errorLines()));
    process.stderr.write(`${name} was dead for ${seconds} s: ${answered} requests answered, ${refused} refused, ${lines} lines written and in Loki\n`);
  });

  test('afterwards the ledger of the processor balances, and no line has an address in it', async () => {
    const sum = (name: string): Promise<number | null> => prometheusValue(stack, `sum(${name}{job="tidewatch-processor"})`);
    await until('read = delivered + dropped + in flight', 60, async () => {
      const [read, delivered, dropped, inFlight] = await Promise.all(['logproc_lines_read_total', 'logproc_lines_delivered_total', 'logproc_lines_dropped_total', 'logproc_lines_in_flight'].map(sum));
      return read !== null && read !== undefined && read > 0 && read === (delivered ?? NaN) + (dropped ?? NaN) + (inFlight ?? NaN);
    });
    expect((await lokiLines(stack, '{job=~".+"}')).join('\n')).not.toMatch(/\b\d{1,3}(?:\.\d{1,3}){3}\b/);
  });
});
