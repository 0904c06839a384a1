/** Reads logs into the figures of a report: once where their lines are nearly in order, twice where they are not. */
import { statSync } from 'node:fs';
import { createCalendar } from './account/calendar.ts';
import type { Config } from './config-schema.ts';
import type { HistoryFile } from './history/open-history.ts';
import { readHistory } from './history/read-history.ts';
import { withEnoughGrace } from './history/enough-grace.ts';
import { Collector } from './report/collect.ts';
import { createOtherCounts } from './report/other-counts.ts';
import type { Period } from './report/period.ts';
import { createProgressBar } from './report/progress-bar.ts';
import type { BarTarget } from './report/progress-bar.ts';
import type { ReportFigures } from './report/report-figures.ts';
import type { VisitClass } from './record.ts';
import { zoneFinder } from './site-tools.ts';
import { transferGrams } from './transfer-carbon.ts';
import { version } from './version.ts';

const input = 'history';

export type Reading = {
  readonly config: Config;
  readonly files: readonly HistoryFile[];
  /** The site of lines without a server name. */
  readonly site: string | null;
  readonly period: Period;
  readonly compare: boolean;
  /** Where the progress bar goes. */
  readonly watcher: BarTarget;
};

/** What is in the logs. @throws Error naming a file that cannot be read */
export async function readReport(reading: Reading): Promise<ReportFigures> {
  const isPiped = reading.files.some(({ piped }) => piped !== null);
  // A pipe can be read once only, so that nothing may stop it.
  return withEnoughGrace((graceMs) => readOnce(reading, graceMs, graceMs !== Infinity && !isPiped));
}

type Counting = { readonly collector: Collector; readonly others: ReturnType<typeof createOtherCounts> | null };

/** Null where a line came so late that everything has to be kept open. */
export async function readOnce(reading: Reading, graceMs: number, stopsBehind: boolean): Promise<ReportFigures | null> {
  const { period, config, files, site, watcher } = reading;
  const calendar = createCalendar(zoneFinder(config.sites));
  const counting: Counting = { collector: new Collector(period), others: openOthers(reading) };
  const { collector, others } = counting;
  const total = files.some(({ piped }) => piped !== null) ? null : files.reduce((sum, { path }) => sum + statSync(path).size, 0);
  const bar = createProgressBar(watcher, total, () => performance.now());
  let [lostBytes, lines] = [0, 0];
  const end = await readHistory(
    {
      config, files, site, input, graceMs,
      watch: others === null ? null : (parsed, lineBytes) => others.watch(parsed, lineBytes),
      line: (request) => {
        lines += 1;
        return collector.line(request);
      },
      dropped: (reason) => collector.dropped(reason),
      closed: (visit) => collector.visit(visit, calendar),
      event: (event) => collector.event(event),
      step: (left) => bar.show((total ?? 0) - left, lines),
      lost: (bytes) => (lostBytes += bytes),
    },
    stopsBehind,
  ); // prettier-ignore
  bar.clear();
  return end.end === 'behind' ? null : gather(reading, counting, { lines: end.lines, lateLines: end.lateLines, lostBytes });
}

function gather({ files, config, period }: Reading, { collector, others }: Counting, { lines, lateLines, lostBytes }: { lines: number; lateLines: number; lostBytes: number }): ReportFigures {
  const counted = collector.figures(lines, config.anonymity_threshold);
  const transfer = (visitClass: VisitClass) => transferGrams(counted.byClass[visitClass].bytes, visitClass);
  return {
    version,
    files: files.map(({ path, format }) => ({ path: path === '-' ? 'standard input' : path, format })),
    zone: [...new Set(config.sites.map(({ zone }) => zone))].join(', ') || 'UTC',
    wanted: period.wanted,
    lateLines,
    lostBytes,
    ...counted,
    transferGrams: { human: transfer('human'), suspected: transfer('suspected'), bot: transfer('bot') },
    compare: others?.result() ?? null,
  };
}

function openOthers({ compare, period, config }: Reading): Counting['others'] {
  if (!compare) return null;
  const calendar = createCalendar(zoneFinder(config.sites));
  const first = config.sites[0]?.name ?? 'other';
  return createOtherCounts(period, (timeMs) => calendar.dayOf(first, timeMs).day);
}
