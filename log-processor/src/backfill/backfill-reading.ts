/** Reads the files of a backfill twice along the same road: once to look, once to fill; in between nothing of them may change. */
import { statSync } from 'node:fs';
import { createCalendar } from '../account/calendar.ts';
import type { Calendar } from '../account/calendar.ts';
import type { Config } from '../config-schema.ts';
import type { HistoryFile } from '../history/open-history.ts';
import { withEnoughGrace } from '../history/enough-grace.ts';
import { readHistory } from '../history/read-history.ts';
import type { HistoryOptions } from '../history/history-options.ts';
import { gapMs } from '../open-road.ts';
import { createProgressBar } from '../report/progress-bar.ts';
import type { BarTarget } from '../report/progress-bar.ts';
import { zoneFinder } from '../site-tools.ts';
import { entryKindOf } from './history-ledger.ts';
import type { HistoryLedger } from './history-ledger.ts';
import type { HistoryMetrics } from './history-metrics.ts';
import { HistoryOutput } from './history-output.ts';
import type { HistorySink } from './history-sink.ts';
import { Survey } from './survey.ts';
import type { WantedDays } from './wanted-days.ts';

export type ReadingOptions = {
  readonly config: Config;
  readonly files: readonly HistoryFile[];
  readonly site: string | null;
  readonly wanted: WantedDays;
  /** Where the progress bar goes. */
  readonly watcher: BarTarget;
};

export type FillingOptions = { readonly ledger: HistoryLedger; readonly metrics: HistoryMetrics | null; readonly sink: Pick<HistorySink, 'take'> | null; readonly keptFromMs: number };

export type BackfillReading = {
  readonly calendar: Calendar;
  /** @throws Error naming a file that cannot be read or changed meanwhile */
  survey(): Promise<Survey>;
  /** @throws OtherHistory, LokiUnavailable; Error naming a file that changed since the survey */
  fill(options: FillingOptions): Promise<{ readonly lines: number; readonly lostBytes: number }>;
};

export function createBackfillReading(options: ReadingOptions): BackfillReading {
  const calendar = createCalendar(zoneFinder(options.config.sites));
  const before = marks(options.files);
  /** As the survey found it to be enough. */
  let enoughMs = Infinity;
  return {
    calendar,
    survey: () =>
      withEnoughGrace((graceMs) => {
        enoughMs = graceMs;
        return surveyOnce(options, graceMs);
      }),
    fill: (filling) => fillOnce(options, { ...filling, calendar, graceMs: enoughMs, before }),
  };
}

const common = ({ config, files, site }: ReadingOptions) => ({ config, files, site, input: 'history', watch: null }) as const;
const nothing = (): void => undefined;

/** Null where a line came so late that everything has to be kept open. */
async function surveyOnce(options: ReadingOptions, graceMs: number): Promise<Survey | null> {
  const survey = new Survey(options.wanted);
  const watch = watched(options);
  const line: HistoryOptions['line'] = (request) => {
    watch.lines += 1;
    return survey.line(request);
  };
  const { end } = await readHistory({ ...common(options), graceMs, line, dropped: nothing, closed: nothing, event: (event, rooms) => survey.event(event, rooms), step: watch.show, lost: nothing }, graceMs !== Infinity);
  watch.clear();
  return end === 'whole' ? survey : null;
}

type Filling = FillingOptions & { readonly calendar: Calendar; readonly graceMs: number; readonly before: readonly string[] };

async function fillOnce(options: ReadingOptions, { ledger, metrics, sink, keptFromMs, calendar, graceMs, before }: Filling): Promise<{ readonly lines: number; readonly lostBytes: number }> {
  const output = new HistoryOutput({ wanted: options.wanted, calendar, keptFromMs, ledger, metrics });
  const watch = watched(options);
  let lostBytes = 0;
  const history: HistoryOptions = {
    ...common(options), graceMs,
    line: (request) => {
      watch.lines += 1;
      return output.line(request);
    },
    dropped: (reason) => ledger.dropped(reason),
    closed: nothing,
    event: (event) => output.event(event),
    lost: (bytes) => (lostBytes += bytes),
    step: (left, { account }) => {
      watch.show(left);
      return sendDue(output, { sink, ledger }, account.watermark.valueMs);
    },
  }; // prettier-ignore
  const { lines } = await readHistory(history, false);
  refuseChanged(options.files, before);
  await sendDue(output, { sink, ledger }, Infinity);
  watch.clear();
  return { lines, lostBytes };
}

/** A visit comes out when the watermark has passed its end by the gap. */
async function sendDue({ halfHours }: HistoryOutput, { sink, ledger }: Pick<FillingOptions, 'sink' | 'ledger'>, watermarkMs: number): Promise<void> {
  for (const due of halfHours.takeDue((kind) => (kind === 'access' || kind === 'stack' ? watermarkMs : watermarkMs - gapMs))) {
    if (sink !== null) await sink.take(due);
    else ledger.end(entryKindOf[due.kind], 'in_metrics', due.pieces.reduce((sum, { lines }) => sum + lines, 0));
  }
}

type Watched = { lines: number; readonly show: (left: number) => void; readonly clear: () => void };

function watched({ watcher, files }: ReadingOptions): Watched {
  const total = files.reduce((sum, { path }) => sum + statSync(path).size, 0);
  const bar = createProgressBar(watcher, total, () => performance.now());
  const watch: Watched = { lines: 0, show: (left) => bar.show(total - left, watch.lines), clear: () => bar.clear() };
  return watch;
}

const marks = (files: readonly HistoryFile[]): readonly string[] => files.map(({ path }) => `${statSync(path).size}/${statSync(path).mtimeMs}`);

function refuseChanged(files: readonly HistoryFile[], before: readonly string[]): void {
  const now = marks(files);
  const changed = files.find((_, index) => now[index] !== before[index]);
  if (changed !== undefined) throw new Error(`${changed.path} changed while it was read: expected a finished log. What was written so far stays; run it again when nobody writes the file`);
}
