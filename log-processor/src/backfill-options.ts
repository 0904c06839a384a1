/** What may be typed after `tidewatch backfill`. */
import { parseArgs } from 'node:util';
import { BadUsage, printable } from './bad-usage.ts';
import { firstLine, historyWords } from './report-options.ts';
import type { HistoryWords } from './report-options.ts';

export type BackfillWords = Omit<HistoryWords, 'config' | 'zone' | 'ownHosts'> & {
  readonly name: 'backfill';
  readonly config: string;
  /** The first and the last day, in the zone of the site; null for no bound. */
  readonly from: string | null;
  readonly until: string | null;
  /** The value of the label `origin`. */
  readonly origin: string;
  /** Where OpenMetrics text goes; null for none. */
  readonly openMetrics: string | null;
  /** False where only the OpenMetrics text is wanted. */
  readonly toLoki: boolean;
  /** Says what would happen, and writes nothing. */
  readonly isDryRun: boolean;
};

export const backfillUsage = `  npx tidewatch backfill FILE ...        old access logs into the Loki of a configuration, with the receipts of their days
                       [--config FILE]                   which Loki, sites and zones (default tidewatch.yaml)
                       [--from DAY] [--until DAY]        only these days, such as 2026-11-28
                       [--openmetrics FILE]              the metrics too, for promtool tsdb create-blocks-from openmetrics
                       [--only-openmetrics]              the metrics alone; no Loki is needed
                       [--dry-run]                       says what would happen, and writes nothing
                       [--origin NAME]                   the value of the label origin (default backfill)
                       [--format FORMAT] [--site NAME]   how the lines are written; the site of lines without a server name`;

const options = {
  'format': { type: 'string' },
  'config': { type: 'string' },
  'site': { type: 'string' },
  'from': { type: 'string' },
  'until': { type: 'string' },
  'origin': { type: 'string' },
  'openmetrics': { type: 'string' },
  'only-openmetrics': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
} as const;

/** @throws BadUsage */
export function readBackfillWords(words: readonly string[]): BackfillWords {
  const { values, positionals } = parse(words);
  const { files, format, site } = historyWords('backfill', positionals, { format: values.format, site: values.site });
  if (files.includes('-')) throw new BadUsage('backfill reads its files twice, first to see what the server would refuse; expected files, not standard input');
  const [from, until] = [dayOf(values.from, '--from'), dayOf(values.until, '--until')];
  if (from !== null && until !== null && from > until) throw new BadUsage(`--from ${from} is after --until ${until}; no day would be left`);
  if (values['only-openmetrics'] === true && values.openmetrics === undefined) throw new BadUsage('--only-openmetrics needs --openmetrics FILE, where the text goes');
  return {
    name: 'backfill', files, format, site, from, until,
    config: values.config ?? 'tidewatch.yaml',
    origin: readOrigin(values.origin ?? 'backfill'),
    openMetrics: values.openmetrics ?? null,
    toLoki: values['only-openmetrics'] !== true,
    isDryRun: values['dry-run'] === true,
  }; // prettier-ignore
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new BadUsage(`backfill: ${firstLine(error)} (see --help)`);
  }
}

function dayOf(text: string | undefined, option: string): string | null {
  if (text === undefined) return null;
  const timeMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isFinite(timeMs) && new Date(timeMs).toISOString().startsWith(text)) return text;
  throw new BadUsage(`${option} ${printable(text)}: expected a day such as 2026-11-28`);
}

/** A label has few values, and names them plainly. */
function readOrigin(text: string): string {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(text)) return text;
  throw new BadUsage(`--origin ${printable(text)}: expected small letters, digits and hyphens, at most 40, such as backfill-2025`);
}
