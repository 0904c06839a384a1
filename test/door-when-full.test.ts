/** R58, R28: with Loki away the outbox fills, and then the door says 503 and when to come again, never 4xx; nothing that was answered 204 is lost, nothing is taken twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeBody } from '../log-processor/src/loki/decode-body.ts';
import { startProcessor } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';
import { asPromtail, push } from './push-bodies.ts';
import type { Answered, Sent } from './push-bodies.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-full-'));
/** A Loki that is away until it is told to be there: a mock, because being away is all it is asked to do. */
let isThere = false;
const arrived: string[] = [];
const loki = createServer((request, response) => {
  void buffer(request).then((body) => {
    const isPush = request.url === '/loki/api/v1/push';
    if (isThere && isPush) arrived.push(...decodeBody(body).entries.map(({ line }) => line));
    response.writeHead(isThere ? (isPush ? 204 : 200) : 503).end(isThere && !isPush ? '{"status":"success","data":{"resultType":"streams","result":[]}}' : '');
  });
});
let processor: ProcessorProcess;
let url = '';
let start = (): ProcessorProcess => processor;

beforeAll(async () => {
  await new Promise<void>((resolve) => loki.listen(0, '127.0.0.1', resolve));
  const address = loki.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  start = () => startProcessor({ folder, settings: { output: 'loki', loki_url: `http://127.0.0.1:${port}`, loki_settle_milliseconds: 0, outbox_limit_bytes: 65_536, senders: [{ name: 'agent' }] } });
  processor = start();
  url = await processor.url();
});
afterAll(async () => {
  await processor.kill();
  loki.closeAllConnections();
  loki.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Words that do not compress. */
const noise = (): string => Array.from({ length: 60 }, () => Math.random().toString(36).slice(2, 8).replace(/[0-9]/g, 'x')).join(' ');
const batch = (number: number): Sent => asPromtail([{ labels: { job: 'x' }, entries: Array.from({ length: 20 }, (_, entry) => ({ ns: BigInt(Date.now()) * 1_000_000n, line: `batch ${number} entry ${entry} ${noise()}` })) }]);

test('R58: a door whose Loki is away takes what the outbox holds, then says 503 with Retry-After, and goes on when Loki is back', async () => {
  const batches = Array.from({ length: 60 }, (_, number) => batch(number));
  const answers: Answered[] = [];
  for (const sent of batches) answers.push(await push(url, sent));
  const taken = answers.filter(({ status }) => status === 204).length;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 503]));
  expect(answers.at(-1)).toEqual({ status: 503, text: 'the outbox is full\n', retryAfter: '5' });
  expect(taken).toBeGreaterThan(3);
  isThere = true;
  // R56: every batch is sent again, taken or not, as a sender would that missed the answers.
  const deadline = Date.now() + 200_000;
  for (const sent of batches) {
    while ((await push(url, sent)).status !== 204) {
      expect(Date.now()).toBeLessThan(deadline);
      await sleep(100);
    }
  }
  while (arrived.length < 60 * 20 && Date.now() < deadline) await sleep(100);
  expect(arrived).toHaveLength(60 * 20);
  expect(new Set(arrived.map((line) => line.split(' ').slice(0, 4).join(' '))).size).toBe(60 * 20);
}, 240_000);

test('R56: the same batch is known after a restart, and taken once', async () => {
  const sent = batch(1000);
  expect(await push(url, sent)).toMatchObject({ status: 204 });
  await processor.kill();
  processor = start();
  url = await processor.url();
  expect(await push(url, sent)).toMatchObject({ status: 204 });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('logproc_lines_read_total{input="agent"} 1220\n');
}, 240_000);
