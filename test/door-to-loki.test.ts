/** The joint of the second door: what an agent pushes is in a real Loki, once, without an address, when the push was answered 204. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryLoki } from './loki-contents.ts';
import { skipWithoutLoki, startLoki } from './loki-server.ts';
import type { LokiServer } from './loki-server.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';
import { asAlloy, asDeflatedJson, asFluentBit, asGzippedProtobuf, asPromtail, push } from './push-bodies.ts';
import type { Pushed, Sent } from './push-bodies.ts';

const nowMs = Date.now();
const at = (ms: number): bigint => BigInt(nowMs + ms) * 1_000_000n;
const errorLine = (address: string, path: string): string => `2026/11/28 05:39:14 [error] 12#12: *7 open() "${path}" failed (2: No such file or directory), client: ${address}, server: ocean.example, request: "GET ${path} HTTP/1.1", host: "ocean.example"`;

/** Waits for what is in Loki: a 204 says committed, delivery follows. */
async function lokiHas(url: string, query: string, lines: number): Promise<Awaited<ReturnType<typeof queryLoki>>> {
  const range = { fromMs: nowMs - 3_600_000, toMs: nowMs + 3_600_000 };
  for (const deadline = Date.now() + 40_000; ; ) {
    const found = await queryLoki(url, query, range);
    if (found.length >= lines || Date.now() > deadline) return found;
    await sleep(100);
  }
}

describe.skipIf(skipWithoutLoki)('from an agent into a real Loki', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-door-'));
  let loki: LokiServer;
  let processor: ProcessorProcess;
  let url = '';

  beforeAll(async () => {
    loki = await startLoki({ folder: join(folder, 'loki') });
    processor = startProcessor({
      folder: join(folder, 'processor'),
      settings: {
        output: 'loki', loki_url: loki.url, host: 'web-1',
        senders: [{ name: 'agent', labels: ['level', 'host'], streams: [{ match: { job: 'nginx-error' }, stream: 'error', site: 'ocean', service_name: 'nginx' }, { match: { job: 'access' }, stream: 'access' }] }],
        sites: [{ name: 'ocean', server_names: ['ocean.example'] }],
      },
    });
    url = await processor.url();
  });
  afterAll(async () => {
    await processor.kill();
    await loki.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('an error line arrives with our labels, and a token stands where the address was', async () => {
    const pushed: Pushed = { labels: { job: 'nginx-error', filename: '/var/log/nginx/error.log', host: 'web-2' }, entries: [{ ns: at(0), line: errorLine('203.0.113.77', '/gone') }] };
    expect(await push(url, asPromtail([pushed]))).toEqual({ status: 204, text: '', retryAfter: null });
    const [entry, ...others] = await lokiHas(loki.url, '{stream="error"}', 1);
    expect(others).toEqual([]);
    expect(entry?.labels).toMatchObject({ job: 'tidewatch', site: 'ocean', host: 'web-2', input: 'agent', stream: 'error', service_name: 'nginx' });
    expect(entry?.labels).not.toHaveProperty('filename');
    expect(entry?.line).toMatch(/, client: [0-9a-f]{16}, server: ocean\.example, request: "GET \/gone HTTP\/1\.1"/);
    expect(entry?.line).not.toContain('203.0.113.77');
  });

  test.each<[name: string, as: (streams: readonly Pushed[]) => Sent]>([
    ['Promtail', asPromtail],
    ['Alloy', asAlloy],
    ['Fluent Bit', (streams) => asFluentBit(streams)],
    ['Fluent Bit with gzip, and Vector with JSON', (streams) => asFluentBit(streams, true)],
    ['gzip around snappy, as Loki takes it', asGzippedProtobuf],
    ['JSON in raw deflate', asDeflatedJson],
  ])('what %s sends is taken, with its metadata and only the labels that are allowed', async (name, as) => {
    const service = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
    const entries = [0, 1, 2].map((number) => ({ ns: at(number), line: `line ${number} of ${service}`, metadata: { trace: `from 192.0.2.${number}` } }));
    const pushed = { labels: { service_name: service, level: 'info', pod: 'x-1' }, entries };
    expect(await push(url, as([pushed]))).toMatchObject({ status: 204 });
    // A retry of a sender that missed the answer.
    expect(await push(url, as([pushed]))).toMatchObject({ status: 204 });
    const found = await lokiHas(loki.url, `{stream="app", service_name="${service}"}`, 3);
    expect(found.map(({ line }) => line)).toEqual(entries.map(({ line }) => line));
    expect(found[0]?.labels).toMatchObject({ level: 'info', site: 'other', host: 'web-1' });
    expect(found[0]?.labels['trace']).toMatch(/^from [0-9a-f]{16}$/);
    expect(found[0]?.labels).not.toHaveProperty('pod');
  });

  test('names of metadata that Loki answers with 500 stop nothing: it would be asked again for ever', async () => {
    const names = ['', ' ', 'é', '-', '...', ':', 'a.b', '1a', '192.0.2.1'];
    const entries = names.map((name, number) => ({ ns: at(number), line: `named ${number}`, metadata: { [name]: 'tide' } }));
    expect(await push(url, asFluentBit([{ labels: { service_name: 'names', level: '' }, entries }]))).toMatchObject({ status: 204 });
    const found = await lokiHas(loki.url, '{service_name="names"}', names.length);
    expect(found.map(({ line }) => line)).toEqual(entries.map(({ line }) => line));
    expect(found.slice(0, 8).map(({ labels }) => Object.keys(labels).find((name) => labels[name] === 'tide'))).toEqual([...Array.from({ length: 6 }, () => 'unnamed'), 'a_b', 'key_1a']);
  });

  test('every entry that was answered is counted once, and all of them are delivered', async () => {
    const samples = await readMetrics(url);
    expect(total(samples, 'logproc_lines_read_total')).toBe(28);
    expect(total(samples, 'logproc_lines_delivered_total')).toBe(28);
  });
});
