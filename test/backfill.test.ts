/** Backfilled history, queried from a real Loki and a real Prometheus, equals the live run of the same lines; twice is once; a killed run goes on; what would count twice is refused. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prometheusPath, startPrometheus, until } from '../grafana/test/prometheus-server.ts';
import type { PrometheusServer } from '../grafana/test/prometheus-server.ts';
import { accessLine } from '../log-processor/src/generate/access-line.ts';
import { createTraffic } from '../log-processor/src/generate/traffic.ts';
import { saySame } from '../log-processor/src/backfill/receipt-chain.ts';
import { findServer } from '../tools/find-server.ts';
import { countLoki, queryLoki } from './loki-contents.ts';
import type { LokiEntry } from './loki-contents.ts';
import { skipWithoutLoki, startLoki } from './loki-server.ts';
import type { LokiServer } from './loki-server.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';

const promtool = findServer('promtool');
const skip = skipWithoutLoki || ((promtool === null || prometheusPath === null) && process.env['CI'] !== 'true');

const dayMs = 86_400_000;
/** Whole days that are over for an hour at least, and younger than the shipped Loki's week. */
const endMs = Math.floor((Date.now() - 3_600_000) / dayMs) * dayMs;
const startMs = endMs - 2 * dayMs;
const range = { fromMs: startMs - dayMs, toMs: endMs + dayMs };
const main = join(import.meta.dirname, '..', 'log-processor', 'src', 'main.ts');
const servers = [
  { serverName: 'ocean-body.example', zone: 'UTC', visitsPerDay: 20 },
  { serverName: 'lessons.example', zone: 'UTC', visitsPerDay: 6 },
];
const traffic = createTraffic({ seed: 'backfill', sites: servers, startMs, endMs });
/** Visits of the last day would go on into the next. */
const lines = [...traffic.lines()].filter(({ timeMs }) => timeMs < endMs).map(({ text }) => text);

const oldLine = (timeMs: number): string =>
  accessLine({ timeMs, remoteAddress: '192.0.2.77', forwardedFor: '', serverName: 'ocean-body.example', method: 'GET', uri: '/reef', status: 200, bytes: 1000, durationMs: 20, upstreamMs: -1, referrer: '', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', purpose: '', contentType: 'text/html' });

type Ran = { readonly code: number | null; readonly said: string; readonly told: string };

describe.skipIf(skip)('backfill', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-backfill-'));
  const log = join(folder, 'access.json.log');
  const openMetrics = join(folder, 'history.om');
  let shipped: LokiServer;
  let open: LokiServer;
  let live: ProcessorProcess;
  let livePrometheus: PrometheusServer;
  let first: Ran;

  /** A configuration whose sites are called `<prefix>ocean` and `<prefix>lessons`. */
  const settings = (loki: LokiServer, prefix: string): Readonly<Record<string, unknown>> => ({
    output: 'loki', loki_url: loki.url, host: 'here', commit_interval_milliseconds: 100, loki_settle_milliseconds: 500,
    inputs: [{ name: 'nginx', path: join(folder, 'followed', '*.log'), start_at: 'beginning' }],
    sites: servers.map(({ serverName, zone }) => ({ name: `${prefix}${serverName.split('.')[0] ?? ''}`, server_names: [serverName], zone })),
  }); // prettier-ignore
  const configOf = (loki: LokiServer, prefix = ''): string => {
    const path = join(folder, `${prefix}${loki === open ? 'open' : 'shipped'}.yaml`);
    writeFileSync(path, JSON.stringify(settings(loki, prefix)));
    return path;
  };
  const spawnBackfill = (words: readonly string[]): { child: ChildProcess; ran: Promise<Ran> } => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'backfill', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [said, told] = ['', ''];
    child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (told += piece.toString()));
    return { child, ran: new Promise((resolve) => child.once('close', (code) => resolve({ code, said, told }))) };
  };
  const backfill = (...words: string[]): Promise<Ran> => spawnBackfill(words).ran;

  beforeAll(async () => {
    mkdirSync(join(folder, 'followed'));
    writeFileSync(log, lines.map((line) => `${line}\n`).join(''));
    writeFileSync(join(folder, 'followed', 'access.log'), lines.map((line) => `${line}\n`).join(''));
    [shipped, open] = await Promise.all([
      startLoki({ folder: join(folder, 'shipped') }),
      startLoki({ folder: join(folder, 'open'), flags: ['-validation.reject-old-samples=false', '-ingester.query-store-max-look-back-period=2400h'] }),
    ]);
    live = startProcessor({ folder: join(folder, 'live'), settings: settings(shipped, '') });
    const url = await live.url();
    livePrometheus = await startPrometheus(join(folder, 'prometheus-live'), { live: url.replace('http://', '') });
    await until(
      500_000,
      async () => {
        const samples = await readMetrics(url);
        const isQuiet = total(samples, 'logproc_visits_open') === 0 && total(samples, 'logproc_outbox_bytes') === 0 && total(samples, 'logproc_lines_in_flight') === 0;
        return isQuiet && total(samples, 'logproc_lines_delivered_total') === lines.length && total(samples, 'logproc_receipts_total') >= 4;
      },
      'the live run did not end',
    );
    first = await backfill(log, '--config', configOf(open), '--openmetrics', openMetrics);
  }, 600_000);
  afterAll(async () => {
    await live.stop();
    await Promise.all([shipped.stop(), open.stop(), livePrometheus.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('it ends with a ledger that balances, and holds no address', () => {
    expect(first.told).toContain('ocean-body: 2 day(s) with lines');
    expect(first.code, first.told).toBe(0);
    expect(first.said).toMatch(new RegExp(`^lines +read ${lines.length.toLocaleString('en-US')} = new in Loki ${lines.length.toLocaleString('en-US')} \\+ dropped 0 +balanced$`, 'm'));
    expect(first.said).toMatch(/^visits +made ([\d,]+) = new in Loki \1 +balanced$/m);
    expect(first.said).toMatch(/^receipts +made 4 = new in Loki 4 +balanced$/m);
    const addresses = new Set(lines.map((line) => /"remote_addr":"([^"]+)"/.exec(line)?.[1] ?? ''));
    const words = new Set((first.said + first.told + readFileSync(openMetrics, 'utf8')).split(/[^0-9a-zA-Z.:]+/));
    expect([...addresses].filter((address) => words.has(address))).toEqual([]);
  });

  test.each(['access', 'visit'])('every line of stream %s is there once, at its nanosecond and as the live run has it but for the names of tokens', async (stream) => {
    const query = `{stream="${stream}"}`;
    const [lived, filled] = [plain(await queryLoki(shipped.url, query, range)), plain(await queryLoki(open.url, query, range))];
    expect(filled.length).toBeGreaterThan(40);
    expect(filled).toEqual(lived);
    const origins = await countLoki(open.url, `sum by (origin) (count_over_time({stream="${stream}"}[4d]))`, 'origin', range.toMs);
    expect(origins).toEqual({ backfill: filled.length });
  });

  test('receipts say the same, chained from the first', async () => {
    const [lived, filled] = [await queryLoki(shipped.url, '{stream="day"}', range), await queryLoki(open.url, '{stream="day"}', range)];
    expect(filled.map(({ ns, labels }) => [ns, labels['site']])).toEqual(lived.map(({ ns, labels }) => [ns, labels['site']]));
    for (const [index, { line }] of filled.entries()) expect(saySame(line, lived[index]!.line), `${line}\n${lived[index]!.line}`).toBe(true);
    expect(filled.filter(({ line }) => line.includes('"previous":null'))).toHaveLength(2);
  });

  test.each([
    ['requests by status', 'sum by (status) (count_over_time({stream="access", site="ocean-body"} | json status [4d]))', 'status'],
    ['human visits by country', 'sum by (country) (count_over_time({stream="visit"} | agent_class="human" [4d]))', 'country'],
    ['visitors', 'sum by (site) (count_over_time({stream="visit"} | first_today="true" [4d]))', 'site'],
    ['time on the site', 'sum by (site) (sum_over_time({stream="visit"} | json duration_seconds | unwrap duration_seconds [4d]))', 'site'],
  ])('a dashboard that asks for %s gets the same answer', async (_, query, label) => {
    const lived = await countLoki(shipped.url, query, label, range.toMs);
    expect(Object.keys(lived).length).toBeGreaterThan(0);
    const filled = await countLoki(open.url, query, label, range.toMs);
    expect(Object.keys(filled).sort()).toEqual(Object.keys(lived).sort());
    for (const [name, value] of Object.entries(lived)) expect(filled[name], name).toBeCloseTo(value, 6);
  });

  test('Prometheus has the same numbers from the blocks that promtool makes', async () => {
    const data = join(folder, 'prometheus-history');
    mkdirSync(data);
    execFileSync(promtool!, ['tsdb', 'create-blocks-from', 'openmetrics', openMetrics, join(data, 'data')], { stdio: 'pipe' });
    const history = await startPrometheus(data, {});
    try {
      const names = [...readFileSync(openMetrics, 'utf8').matchAll(/^# TYPE (\w+) (counter|histogram)$/gm)].flatMap(([, name, type]) => (type === 'counter' ? [`${name}_total`] : [`${name}_bucket`, `${name}_sum`, `${name}_count`]));
      expect(names.length).toBeGreaterThan(12);
      for (const name of names) {
        const query = `sum without (job, instance, origin) (last_over_time(${name}[3h])) > 0`;
        const filled = numbers(await history.ask(query, (endMs + 40 * 60_000) / 1000));
        await until(20_000, async () => JSON.stringify(rounded(numbers(await livePrometheus.ask(query)))) === JSON.stringify(rounded(filled)), `${name} is not the same: ${JSON.stringify(filled)}`);
        expect(Object.keys(filled).length, name).toBeGreaterThan(0);
      }
      // A day's rise is the day's number: the series begin at 0 and end nowhere in between.
      const rise = await history.ask('sum(increase(web_requests_total{site="ocean-body"}[24h]))', startMs / 1000 + 86_400);
      const ofDay = await countLoki(shipped.url, 'sum by (stream) (count_over_time({stream="access", site="ocean-body"}[24h]))', 'stream', startMs + dayMs - 1);
      expect(Math.abs(rise[0]!.value / ofDay['access']! - 1)).toBeLessThan(0.02);
      const visitors = await history.ask('sum by (site) (web_visitors_today{agent_class="browser"})', (startMs + dayMs - 60_000) / 1000);
      const receipts = await queryLoki(open.url, '{stream="day"}', { fromMs: startMs, toMs: startMs + dayMs });
      for (const { labels, line } of receipts) expect(visitors.find((one) => one.labels['site'] === labels['site'])?.value).toBe(Number(/"unique_visitors":\{"browser":(\d+)/.exec(line)?.[1]));
    } finally {
      await history.stop();
    }
  });

  test('the same file again changes nothing, neither in Loki nor in the metrics', async () => {
    const [before, metricsBefore] = [await everything(open), readFileSync(openMetrics, 'utf8')];
    const again = await backfill(log, '--config', configOf(open), '--openmetrics', openMetrics);
    expect(again.code, again.told).toBe(0);
    expect(again.said).toMatch(new RegExp(`^lines +read ${lines.length.toLocaleString('en-US')} = there before ${lines.length.toLocaleString('en-US')} \\+ dropped 0 +balanced$`, 'm'));
    expect(await everything(open)).toEqual(before);
    const counted = await countLoki(open.url, 'sum by (stream) (count_over_time({origin="backfill"}[4d]))', 'stream', range.toMs);
    expect(counted['access']).toBe(lines.length);
    expect(readFileSync(openMetrics, 'utf8')).toBe(metricsBefore);
  });

  test('a run that is killed on its way goes on when it is run again, and ends as one that was not', async () => {
    const words = [log, '--config', configOf(open, 'k-')];
    const { child, ran } = spawnBackfill(words);
    const inLoki = async (): Promise<number> => (await countLoki(open.url, 'sum by (stream) (count_over_time({stream="access", site="k-ocean-body"}[4d]))', 'stream', range.toMs))['access'] ?? 0;
    for (;;) {
      const isOver = await Promise.race([ran.then(() => true), inLoki().then((there) => there > 0)]);
      if (isOver) break;
      await sleep(30);
    }
    child.kill('SIGKILL');
    await ran;
    const left = await inLoki();
    expect(left).toBeGreaterThan(0);
    const again = await backfill(...words);
    expect(again.code, again.told).toBe(0);
    expect(again.said).toContain('balanced');
    expect(again.said).not.toContain('NOT');
    for (const stream of ['access', 'visit']) {
      const [whole, resumed] = [await queryLoki(open.url, `{stream="${stream}", site!~"k-.+"}`, range), await queryLoki(open.url, `{stream="${stream}", site=~"k-.+"}`, range)];
      expect(plain(resumed)).toEqual(plain(whole));
    }
    const counted = await countLoki(open.url, 'sum by (stream) (count_over_time({site=~"k-.+"}[4d]))', 'stream', range.toMs);
    expect(counted['access']).toBe(lines.length);
  });

  test('days that a processor has told of, days of another history and files that are followed are refused, and nothing is written', async () => {
    const before = await everything(shipped);
    const tailed = await backfill(log, '--config', configOf(shipped));
    expect(tailed.code).toBe(2);
    expect(tailed.told).toMatch(/ocean-body \d{4}-\d\d-\d\d and 1 more day\(s\)[^\n]*a running processor has told Loki of them[^\n]*--until/);
    expect(await everything(shipped)).toEqual(before);
    const half = join(folder, 'half.log');
    writeFileSync(half, lines.filter((_, index) => index % 2 === 0).map((line) => `${line}\n`).join(''));
    const other = await backfill(half, '--config', configOf(open));
    expect(other.code).toBe(2);
    expect(other.told).toContain('Loki has another history of this day under origin="backfill"');
    const elsewhere = await backfill(half, '--config', configOf(open), '--origin', 'another');
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.told).toContain('are there already under origin="backfill"');
  });

  test('it says what the server would refuse and which setting allows it; with that setting it goes', async () => {
    const old = join(folder, 'old.log');
    const oldMs = Math.floor((Date.now() - 60 * dayMs) / dayMs) * dayMs;
    writeFileSync(old, [10, 11, 15].map((hour) => `${oldLine(oldMs + hour * 3_600_000)}\n`).join('') + 'no line at all\n');
    const refused = await backfill(old, '--config', configOf(shipped, 'o-'), '--format', 'json');
    expect(refused.code).toBe(2);
    expect(refused.told).toMatch(/Loki refuses lines older than 168 h[^\n]*limits_config\.reject_old_samples_max_age to 14\d\dh/);
    expect(refused.told).toMatch(/ingester\.query_store_max_look_back_period to 14\d\dh/);
    const dry = await backfill(old, '--config', configOf(open, 'o-'), '--format', 'json', '--dry-run');
    expect([dry.code, dry.said]).toEqual([0, 'nothing stands in the way; nothing was written (--dry-run)\n']);
    const taken = await backfill(old, '--config', configOf(open, 'o-'), '--format', 'json');
    expect(taken.code, taken.told).toBe(0);
    expect(taken.said).toMatch(/^lines +read 4 = new in Loki 3 \+ dropped 1 +balanced$/m);
    expect(taken.said).toContain('dropped: malformed 1');
    expect(await queryLoki(open.url, '{site="o-ocean-body", stream="access"}', { fromMs: oldMs, toMs: oldMs + dayMs })).toHaveLength(3);
    const twice = await backfill(old, '--config', configOf(open, 'o-'), '--format', 'json');
    expect(twice.said).toContain('there before 3');
  });

  test('bad input gets a clear error', async () => {
    const path = join(folder, 'growing.log');
    writeFileSync(path, `${lines[0]!}\n`);
    appendFileSync(path, '');
    for (const [words, said] of [
      [[join(folder, 'nowhere.log')], /nowhere\.log/],
      [['-'], /expected files, not standard input/],
      [[path, '--from', '2026-13-01'], /--from "2026-13-01": expected a day/],
      [[path, '--from', '2026-11-02', '--until', '2026-11-01'], /no day would be left/],
      [[path, '--origin', 'My Logs'], /--origin "My Logs": expected small letters/],
      [[path, '--until', '2001-01-01', '--config', configOf(open, 'b-')], /no line of the first day to 2001-01-01/],
    ] as const) {
      const ran = await backfill(...words, ...(words.includes('--config' as never) ? [] : ['--config', configOf(open, 'b-')]));
      expect(ran.code, ran.told).toBe(2);
      expect(ran.told).toMatch(said);
    }
  });

  const everything = async (loki: LokiServer): Promise<LokiEntry[]> => (await queryLoki(loki.url, '{stream=~"access|visit|day", site!~"k-.+|o-.+"}', range)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
});

/** Entries without what differs by design: who wrote them, and tokens, which are named in the order of their appearance. */
function plain(entries: readonly LokiEntry[]): readonly (readonly [ns: string, site: string, line: string])[] {
  const names = new Map<string, string>();
  const nameOf = (token: string): string => {
    if (!names.has(token)) names.set(token, `token ${names.size}`);
    return names.get(token)!;
  };
  const sorted = [...entries].sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : a.labels['site']! < b.labels['site']! ? -1 : 1));
  return sorted.map(({ ns, labels, line }) => [ns, labels['site']!.replace('k-', ''), line.replace(/"(visitor|client)":"([0-9a-f]+)"/g, (_, key: string, token: string) => `"${key}":"${nameOf(token)}"`)]);
}

const numbers = (samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]): Record<string, number> => Object.fromEntries(samples.map(({ labels, value }): [string, number] => [JSON.stringify(Object.entries(labels).sort()), value]).sort());
const rounded = (all: Record<string, number>): Record<string, string> => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value.toPrecision(9)]));
