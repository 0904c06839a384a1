/** Healthy days with a night and the turn to a weekend raise no alert, and a planted bad hour does. The whole week: `npm run healthy-week`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { selectors } from '../../../grafana/test/syntax.ts';
import { findServer } from '../../../tools/find-server.ts';
import { skipWithoutLoki, startLoki, type LokiServer } from '../../loki-server.ts';
import { allRules } from '../alert-files.ts';
import { anyAge, fillLoki, firedInLoki } from './loki-days.ts';
import { healthySeries } from './model.ts';
import { playDays, type PlayedDays } from './played-days.ts';
import { firedInPrometheus, ruleFiles } from './promtool-days.ts';

const skipped = (skipWithoutLoki || findServer('promtool') === null) && process.env['CI'] !== 'true';
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-days-'));
/** From a Friday's midnight in Paris until the small hours of Saturday. */
const friday = { startMs: Date.parse('2026-11-12T23:00:00Z'), seed: 'healthy', visitsPerDay: 600 };
/** Until breakfast. */
const badMorning = { ...friday, days: 0.3, badHour: 5 };

let healthy: PlayedDays;
let bad: PlayedDays;

beforeAll(async () => {
  healthy = await playDays({ ...friday, days: 1.2 });
  bad = await playDays(badMorning);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inLoki(played: PlayedDays, name: string): Promise<readonly string[]> {
  let loki: LokiServer | null = null;
  try {
    loki = await startLoki({ folder: join(folder, name), flags: [...anyAge] });
    await fillLoki(loki.url, played);
    return await firedInLoki(loki, played);
  } finally {
    await loki?.stop();
  }
}

test('the model has every metric that a rule asks for', () => {
  const rules = allRules.filter(({ file }) => ruleFiles.some((name) => file === `prometheus/rules/${name}`));
  const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
  const modelled = new Set(healthySeries(healthy, 10).map(({ name }) => name));
  const asked = new Set(rules.flatMap(({ expr }) => selectors(expr).map(({ metric }) => metric)));
  expect(asked.size).toBeGreaterThan(50);
  expect([...asked].filter((metric) => !modelled.has(metric) && !recorded.has(metric))).toEqual([]);
});

test.skipIf(skipped)('no alert of Prometheus fires but the heartbeat', async () => expect(await firedInPrometheus(healthy)).toEqual(['DeadMansSwitch']), 900_000);

test.skipIf(skipped)('no alert of Loki fires', async () => expect(await inLoki(healthy, 'healthy')).toEqual([]), 300_000);

test.skipIf(skipped)('an hour of failures fires the burn of the budget in Prometheus, and nothing that is not about errors', async () => {
  const fired = await firedInPrometheus(bad);
  expect(fired).toEqual(expect.arrayContaining(['DeadMansSwitch', 'ErrorBudgetBurnFast', 'ApplicationErrorBurnFast']));
  expect(fired.filter((name) => !/^(?:DeadMansSwitch$|ErrorBudget|ApplicationError)/.test(name))).toEqual([]);
}, 300_000);

test.skipIf(skipped)('the same hour fires the share of errors in Loki, and nothing else', async () => expect(await inLoki(bad, 'bad')).toEqual(['SiteServerErrors']), 300_000);
