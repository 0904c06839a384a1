import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { findServer } from '../../../tools/find-server.ts';
import { metricNames } from '../metric-names.ts';
import { dropReasons, kinds, lostReasons } from '../record.ts';
import { createRegistry } from './registry.ts';
import { createTallies } from './tallies.ts';
import type { Tallies } from './tallies.ts';

const known = { sites: ['ocean', 'other-site'], inputs: ['main', 'second'], patterns: ['email', 'iban'] };
const start = (tallies: Tallies = createTallies(), refresh?: () => void) => ({ tallies, registry: createRegistry({ tallies, version: '0.1.0', revision: 'abc1234', known, ...(refresh && { refresh }) }) });
const commit = (tallies: Tallies) => {
  const puts = tallies.takeChanges();
  tallies.settle();
  return puts;
};

type Page = { help: Map<string, string>; types: Map<string, string>; samples: Map<string, number>; families: Map<string, string[]> };

const commentLine = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/;
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)((?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})?) ([+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|Nan)$/;

function readComment(page: Page, comment: RegExpExecArray): string {
  const [, what, name = '', rest = ''] = comment;
  const into = what === 'HELP' ? page.help : page.types;
  expect(into.has(name), `${what} of ${name} twice`).toBe(false);
  into.set(name, rest);
  if (what === 'HELP') page.families.set(name, []);
  return name;
}

function readSample(page: Page, family: string, line: string): void {
  const sample = sampleLine.exec(line);
  expect(sample, `no sample: ${line}`).not.toBeNull();
  const [, name = '', labels = '', value = ''] = sample ?? [];
  expect([family, `${family}_bucket`, `${family}_sum`, `${family}_count`]).toContain(name);
  expect(page.samples.has(name + labels), `${name}${labels} twice`).toBe(false);
  page.samples.set(name + labels, Number(value));
  page.families.get(family)?.push(name + labels);
}

/** Reads the text format line by line (https://prometheus.io/docs/instrumenting/exposition_formats/) and fails on anything that is not in it. */
function read(text: string): Page {
  const page: Page = { help: new Map(), types: new Map(), samples: new Map(), families: new Map() };
  expect(text.endsWith('\n')).toBe(true);
  let family = '';
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const comment = commentLine.exec(line);
    if (comment === null) readSample(page, family, line);
    else family = readComment(page, comment);
  }
  expect([...page.help.keys()]).toEqual([...page.types.keys()]);
  return page;
}

/** Buckets rise, end in +Inf, and +Inf is the count. @returns the number of series checked */
function checkHistograms(page: Page): number {
  const histograms = [...page.types].filter(([, type]) => type === 'histogram').map(([name]) => name);
  return histograms.reduce((sum, name) => sum + checkHistogram(page, name), 0);
}

function checkHistogram(page: Page, name: string): number {
  const value = (key: string) => page.samples.get(key) ?? NaN;
  const keys = (page.families.get(name) ?? []).filter((key) => key.startsWith(`${name}_bucket{`));
  const bounds = keys.map((key) => Number(/le="([^"]+)"/.exec(key)?.[1]?.replace('+Inf', 'Infinity')));
  let series = 0;
  for (const [index, key] of keys.entries()) {
    const first = index === 0 || bounds[index - 1] === Infinity;
    if (!first) {
      expect(bounds[index]!, key).toBeGreaterThan(bounds[index - 1]!);
      expect(value(key), key).toBeGreaterThanOrEqual(value(keys[index - 1]!));
    }
    if (bounds[index] !== Infinity) continue;
    const labels = key.slice(`${name}_bucket`.length).replace(/le="[^"]*",?/, '').replace('{}', '');
    expect(value(key)).toBe(value(`${name}_count${labels}`));
    expect(value(`${name}_sum${labels}`)).not.toBeNaN();
    series += 1;
  }
  expect(bounds.at(-1) ?? Infinity).toBe(Infinity);
  return series;
}

describe('the page after a start', () => {
  test('shows every name of the table and no other of ours', async () => {
    const page = read(await start().registry.text());
    const ours = [...page.types.keys()].filter((name) => /^(web_|logproc_|threshold_value$)/.test(name));
    expect(ours.sort()).toEqual(Object.keys(metricNames).sort());
    for (const [name, row] of Object.entries(metricNames)) {
      expect(page.types.get(name)).toBe(row.type);
      expect(page.help.get(name)).toBe(row.help);
      expect(row.help, name).toMatch(/^.+\.$/);
    }
  });

  test('has zeros for everything that is known before the first line', async () => {
    const page = read(await start().registry.text());
    for (const reason of dropReasons) expect(page.samples.get(`logproc_lines_dropped_total{reason="${reason}"}`)).toBe(0);
    for (const reason of lostReasons) expect(page.samples.get(`logproc_lost_bytes_total{reason="${reason}"}`)).toBe(0);
    for (const pattern of known.patterns) expect(page.samples.get(`logproc_scrubbed_total{pattern="${pattern}"}`)).toBe(0);
    for (const input of known.inputs) expect(page.samples.get(`logproc_lines_read_total{input="${input}"}`)).toBe(0);
    expect(page.samples.get('logproc_visits_open')).toBe(0);
    for (const site of known.sites) {
      for (const visitClass of ['human', 'bot', 'suspected']) expect(page.samples.get(`web_visits_total{site="${site}",agent_class="${visitClass}"}`)).toBe(0);
      for (const kind of kinds) expect(page.samples.get(`web_requests_total{site="${site}",agent_class="browser",kind="${kind}",method="GET",status_class="5xx"}`)).toBe(0);
      expect(page.samples.get(`web_visit_duration_seconds_bucket{le="+Inf",site="${site}",bounce="true"}`)).toBe(0);
      expect(page.families.get('web_visits_started_total')?.filter((key) => key.includes(`site="${site}"`))).toHaveLength(168);
    }
    expect(page.samples.get('logproc_build_info{version="0.1.0",revision="abc1234"}')).toBe(1);
    expect(page.families.get('logproc_raw_log_oldest_timestamp_seconds')).toEqual([]);
    expect(page.families.get('logproc_outbox_bytes')).toEqual([]);
    expect(checkHistograms(page)).toBeGreaterThanOrEqual(6);
  });

  test('tells nothing of the arguments or the environment', async () => {
    process.env['CANARY_IN_ENV'] = 'canary-in-env';
    const text = await start().registry.text();
    delete process.env['CANARY_IN_ENV'];
    for (const secret of ['canary-in-env', ...process.argv.slice(1)]) expect(text).not.toContain(secret);
  });

  test.skipIf(findServer('promtool') === null && process.env['CI'] !== 'true')('has nothing that promtool minds (skipped without promtool)', async () => {
    const { tallies, registry } = start();
    tallies.histogram('web_request_duration_seconds', ['ocean', '/']).observe(0.2);
    commit(tallies);
    registry.pushed('access', 'delivered', 0.1);
    const ours = (await registry.text()).split('\n\n').filter((family) => /^# HELP (web|logproc|threshold)_/.test(family)).join('\n');
    const checked = spawnSync(findServer('promtool') ?? 'promtool', ['check', 'metrics'], { input: `${ours}\n`, encoding: 'utf8' });
    expect(checked.error).toBeUndefined();
    // Visitor-days are the thing that is counted there, not a duration.
    expect((checked.stderr + checked.stdout).trim()).toBe('web_visitor_days_total use base unit "seconds" instead of "days"');
  });
});

describe('durable numbers', () => {
  test('histograms come through a restart, cumulative and with the right count', async () => {
    const before = createTallies();
    const route = before.histogram('web_request_duration_seconds', ['ocean', '/a"b\\c']);
    for (const seconds of [0.005, 0.006, 0.2, 100]) route.observe(seconds);
    const puts = commit(before);
    const { tallies, registry } = start();
    tallies.restore(puts.filter((put): put is [string, string] => put[1] !== null));
    tallies.histogram('web_request_duration_seconds', ['ocean', '/a"b\\c']).observe(0.2);
    commit(tallies);
    const page = read(await registry.text());
    checkHistograms(page);
    const at = (le: string) => page.samples.get(`web_request_duration_seconds_bucket{le="${le}",site="ocean",route="/a\\"b\\\\c"}`);
    expect([at('0.005'), at('0.01'), at('0.1'), at('0.25'), at('30'), at('+Inf')]).toEqual([1, 2, 2, 4, 4, 5]);
    expect(page.samples.get('web_request_duration_seconds_sum{site="ocean",route="/a\\"b\\\\c"}')).toBeCloseTo(100.411);
  });

  test('counters never fall from one scrape to the next', async () => {
    const { tallies, registry } = start();
    let before = read(await registry.text());
    for (let round = 1; round <= 5; round += 1) {
      tallies.counter('logproc_lines_read_total', ['main']).add(round);
      tallies.counter('web_requests_total', ['ocean', 'bot', 'page', 'GET', '2xx']).add(1);
      if (round % 2 === 0) commit(tallies);
      registry.pushed('access', 'delivered', 0.1);
      const now = read(await registry.text());
      for (const [name, type] of before.types) {
        if (type !== 'counter') continue;
        for (const key of before.families.get(name) ?? []) expect(now.samples.get(key), key).toBeGreaterThanOrEqual(before.samples.get(key) ?? 0);
      }
      before = now;
    }
    expect(before.samples.get('logproc_lines_read_total{input="main"}')).toBe(10);
    expect(before.samples.get('logproc_pushes_total{stream="access",outcome="delivered"}')).toBe(5);
  });

  test('one scrape is one commit, whatever happens while it is written', async () => {
    const { tallies, registry } = start();
    const move = (lines: number) => {
      tallies.counter('logproc_lines_read_total', ['main']).add(lines);
      tallies.counter('logproc_lines_delivered_total', ['main']).add(lines);
    };
    move(5);
    commit(tallies);
    const text = registry.text();
    move(7);
    commit(tallies);
    const page = read(await text);
    expect(page.samples.get('logproc_lines_read_total{input="main"}')).toBe(5);
    expect(page.samples.get('logproc_lines_delivered_total{input="main"}')).toBe(5);
  });
});

describe('measures of this process', () => {
  test('are set at the scrape, and absent when there is nothing to measure', async () => {
    let oldest: number | null = 1_700_000_000;
    const { registry } = start(createTallies(), () => {
      registry.gauge('logproc_raw_log_oldest_timestamp_seconds', [], oldest);
      registry.gauge('logproc_key_created_timestamp_seconds', ['ocean', 'previous'], oldest);
      registry.gauge('logproc_lag_bytes', ['main'], 42);
    });
    const page = read(await registry.text());
    expect(page.samples.get('logproc_raw_log_oldest_timestamp_seconds')).toBe(1_700_000_000);
    expect(page.samples.get('logproc_key_created_timestamp_seconds{site="ocean",key="previous"}')).toBe(1_700_000_000);
    oldest = null;
    const after = read(await registry.text());
    expect(after.samples.has('logproc_raw_log_oldest_timestamp_seconds')).toBe(false);
    expect(after.families.get('logproc_key_created_timestamp_seconds')).toEqual([]);
    expect(after.samples.get('logproc_lag_bytes{input="main"}')).toBe(42);
  });

  test('pushes and commits are timed, and their words stay few', async () => {
    const { registry } = start();
    for (let index = 0; index < 100; index += 1) registry.pushed('access', `outcome-${index}`, 0.02);
    registry.committed(0.003);
    const page = read(await registry.text());
    expect(page.families.get('logproc_pushes_total')).toHaveLength(21);
    expect(page.samples.get('logproc_pushes_total{stream="access",outcome="other"}')).toBe(80);
    expect(page.samples.get('logproc_push_duration_seconds_count')).toBe(100);
    expect(page.samples.get('logproc_commit_duration_seconds_bucket{le="0.005"}')).toBe(1);
    checkHistograms(page);
  });
});
