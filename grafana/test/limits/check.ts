/**
 * `npm run limits`: fills a real Loki with thirty days of a million lines and a year of receipts, asks every LogQL question of every panel over the range of its
 * dashboard, over thirty days and, where it reads receipts, over a year, and prints the slowest. Ends with 1 where Loki refuses one: its own limits on time
 * (query_timeout), series (500) and length are the limits of this check. Takes about ten minutes.
 */
import { lokiPath } from '../../../test/loki-server.ts';
import { shownDashboards } from '../questions.ts';
import { askAsGrafana, usualRange } from './as-grafana-asks.ts';
import { fillLoki } from './filled-loki.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const shownSlowest = 25;

type Result = { readonly where: string; readonly range: string; readonly took: number; readonly rows: number; readonly error: string };

if (lokiPath === undefined) throw new Error('no loki on PATH or in .tools/bin: npm run tools -- loki');
const filled = await fillLoki(say);
const results: Result[] = [];
for (const dashboard of shownDashboards()) {
  for (const panel of dashboard.panels) {
    for (const target of panel.targets.filter(({ type }) => type === 'loki')) {
      const ranges = new Set([usualRange(dashboard), '30d', ...(target.expr.includes('stream="day"') ? ['365d'] : [])]);
      for (const range of ranges) {
        const where = `${dashboard.name}: ${panel.title} (${target.refId})`;
        const asked = await askAsGrafana(filled.loki.url, { dashboard, panel, target }, range, filled.lastMs).catch((error: unknown) => ({ took: NaN, rows: 0, error: String(error) }));
        results.push({ error: '', ...asked, where, range });
        if ('error' in asked) say(`REFUSED ${where} over ${range}: ${asked.error}`);
      }
    }
  }
}
await filled.stop();

const row = (time: string, range: string, rows: string, where: string): string => `${time.padStart(8)} ${range.padStart(6)} ${rows.padStart(6)}  ${where}`;
say(`\n${row('seconds', 'range', 'rows', 'question')}`);
for (const { took, range, rows, where } of results.filter(({ error }) => error === '').sort((a, b) => b.took - a.took).slice(0, shownSlowest)) say(row(took.toFixed(2), range, String(rows), where));
const refused = results.filter(({ error }) => error !== '');
say(`\n${results.length} questions over ${filled.lines.toLocaleString('en-US')} lines, ${refused.length} refused`);
process.exitCode = refused.length === 0 ? 0 : 1;
