/** `npm run healthy-week`: two weeks of seeded traffic, so that the second has one to be compared with; says which alerts fire, and ends with 1 where one does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLoki } from '../../loki-server.ts';
import { anyAge, fillLoki, firedInLoki } from './loki-days.ts';
import { playDays } from './played-days.ts';
import { firedInPrometheus } from './promtool-days.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const [days = 14, badHour = -1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-week-'));
/** A Monday's midnight in Paris. */
const options = { startMs: Date.parse('2026-11-08T23:00:00Z'), days, visitsPerDay: 600, seed: 'week', ...(badHour < 0 ? {} : { badHour }) };
const startMs = performance.now();
const seconds = (): string => `${((performance.now() - startMs) / 1000).toFixed(0)} s`;

const played = await playDays(options);
const { access, visit, day } = played.streams;
say(`${days} days: ${access.length} lines, ${visit.length} visits, ${day.length} receipts${badHour < 0 ? '' : `, hour ${badHour} bad`} (${seconds()})`);
// Loki first, and promtool beside it: each keeps one core busy.
const loki = await startLoki({ folder, flags: [...anyAge] });
const inPrometheus = firedInPrometheus(played);
try {
  await fillLoki(loki.url, played);
  const inLoki = await firedInLoki(loki, played);
  say(`alerts of Loki that fired: ${inLoki.join(', ') || 'none'} (${seconds()})`);
  const fired = (await inPrometheus).filter((name) => name !== 'DeadMansSwitch');
  say(`alerts of Prometheus that fired: ${fired.join(', ') || 'none'}; the heartbeat did at every minute (${seconds()})`);
  process.exitCode = inLoki.length + fired.length === 0 ? 0 : 1;
} finally {
  await loki.stop();
  rmSync(folder, { recursive: true, force: true });
}
