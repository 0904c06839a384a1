/** What Promtail, Alloy, Vector and Fluent Bit put on the wire is taken, and the snippets of docs/senders.md are what the program understands. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../log-processor/src/config.ts';
import { startProcessor } from '../processor-process.ts';
import type { ProcessorProcess } from '../processor-process.ts';
import { push } from '../push-bodies.ts';
import { fixtures } from './fixtures.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-senders-'));
let processor: ProcessorProcess;
let url = '';

beforeAll(async () => {
  processor = startProcessor({ folder, settings: { files_folder: join(folder, 'lines'), senders: [{ name: 'agent' }] } });
  url = await processor.url();
});
afterAll(async () => {
  await processor.kill();
  rmSync(folder, { recursive: true, force: true });
});

const lines = ['first, client: 192.0.2.77, \u00e9', 'second'] as const;

test.each(Object.keys(fixtures(0, lines)))('the bytes of %s are two lines, taken once however often they come', async (sender) => {
  const sent = fixtures(Math.floor(Date.now() / 1000), lines)[sender]!;
  expect(await push(url, sent)).toMatchObject({ status: 204 });
  expect(await push(url, sent)).toMatchObject({ status: 204 });
  const found = readFileSync(join(folder, 'lines', 'app.ndjson'), 'utf8').split('\n').filter((line) => line.includes(`"service_name":"${sender}"`));
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(/"line":"first, client: [0-9a-f]{16}, \u00e9"/);
  expect(found[1]).toContain('"line":"second"');
});

test('the configuration in docs/senders.md is one', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(read('docs/senders.md'))?.[1] ?? '';
  expect(parseConfig(`${yaml}\nsites: [{ name: ocean-body }]\n`, 'docs/senders.md').senders[0]).toMatchObject({ name: 'agent', streams: [{ stream: 'error', site: 'ocean-body' }, { stream: 'app' }] });
});

test('Promtail and Alloy read the same files into the same streams, none of which the processor tails, and try without end', () => {
  const promtail = parse(read('promtail/promtail.yaml')) as { clients: { backoff_config: { max_retries: number }; url: string }[]; scrape_configs: { static_configs: { labels: Record<string, string> }[] }[] };
  const alloy = read('alloy/config.alloy');
  const jobs = promtail.scrape_configs.map(({ static_configs: [targets] }) => targets!.labels);
  const targets = [...alloy.matchAll(/path_targets = \[\{([\s\S]*?)\}\]/g)].map(([, body]) => Object.fromEntries([...(body ?? '').matchAll(/(\w+)\s*=\s*"([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [name, value])) as Record<string, string>);
  expect(targets).toEqual(jobs);
  expect(jobs.some(({ __path__: path }) => /access/.test(path ?? ''))).toBe(false);
  expect(promtail.clients[0]).toMatchObject({ url: 'http://processor:9464/loki/api/v1/push', backoff_config: { max_retries: 0 } });
  expect(alloy).toMatch(/url\s+= "http:\/\/processor:9464\/loki\/api\/v1\/push"/);
  expect(alloy).toMatch(/max_backoff_retries = 0/);
});
