import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { ConfigRefused } from './config-refused.ts';
import { createRegistry } from './metrics/registry.ts';
import { createTallies } from './metrics/tallies.ts';
import { showThresholds } from './show-thresholds.ts';
import { isOfSite, thresholds } from './thresholds.ts';

const smallest = 'inputs: [{ name: main, path: a.log }]\n';
const shown = async (yaml: string): Promise<string[]> => {
  const registry = createRegistry({ tallies: createTallies(), version: '0', revision: 'a', known: { sites: [], inputs: [], patterns: [] } });
  showThresholds(parseConfig(yaml, 'test'), registry);
  return (await registry.text()).split('\n').filter((line) => line.startsWith('threshold_value{'));
};

test('every threshold is shown: those of the machine once, those of sites once per site', async () => {
  const lines = await shown(`${smallest}sites: [{ name: ocean, server_names: [a.example] }]`);
  for (const [name, { value, ofSite }] of Object.entries(thresholds)) {
    const expected = (ofSite ? ['ocean', 'other'] : ['']).map((site) => `threshold_value{name="${name}",site="${site}"} ${value}`);
    expect(lines.filter((line) => line.includes(`name="${name}"`)), name).toEqual(expected);
  }
});

test('a site has its own value where it sets one, and the common one elsewhere', async () => {
  const lines = await shown(`${smallest}thresholds: { server_error_ratio: 0.02, cpu_ratio: 0.7 }\nsites: [{ name: ocean, server_names: [a.example], thresholds: { server_error_ratio: 0.01 } }]`);
  expect(lines).toContain('threshold_value{name="server_error_ratio",site="ocean"} 0.01');
  expect(lines).toContain('threshold_value{name="server_error_ratio",site="other"} 0.02');
  expect(lines).toContain('threshold_value{name="cpu_ratio",site=""} 0.7');
});

test('an unknown threshold, a negative one, text, and one of the machine given to a site are refused, all at once', () => {
  const yaml = `${smallest}thresholds: { cpu_rati: 0.7, memory_ratio: -1, disk_ratio: full }\nsites: [{ name: ocean, thresholds: { cpu_ratio: 0.5 } }]`;
  let mistakes: readonly string[] = [];
  try {
    parseConfig(yaml, 'test');
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error;
    mistakes = error.mistakes;
  }
  expect([...mistakes].sort()).toEqual([
    'sites.0.thresholds: unknown setting cpu_ratio; expected one of docs/configuration.md',
    'thresholds.disk_ratio: expected a number such as 0.05',
    'thresholds.memory_ratio: expected 0 or more',
    'thresholds: unknown setting cpu_rati; expected one of docs/configuration.md',
  ]);
});

test('every threshold says what it compares and why', () => {
  for (const [name, { reason, value }] of Object.entries(thresholds)) {
    expect(reason, name).toMatch(/^[A-Z\d].{30,}[.]$/);
    expect(Number.isFinite(value) && value >= 0, name).toBe(true);
  }
  expect(isOfSite('server_error_ratio')).toBe(true);
  expect(isOfSite('cpu_ratio')).toBe(false);
});

test('the threshold of the outbox stays below its limit, where the alert could never fire', async () => {
  const ofOutbox = async (yaml: string): Promise<string[]> => (await shown(`${smallest}${yaml}`)).filter((line) => line.includes('"outbox_bytes"'));
  for (const [yaml, value] of [['', 53_687_091], ['outbox_limit_bytes: 1000000', 800_000], ['outbox_limit_bytes: 1000000\nthresholds: { outbox_bytes: 600000 }', 600_000]] as const) {
    expect(await ofOutbox(yaml)).toEqual([`threshold_value{name="outbox_bytes",site=""} ${value}`]);
  }
});
