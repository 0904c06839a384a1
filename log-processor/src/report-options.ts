/** What may be typed after `tidewatch report`. */
import { parseArgs } from 'node:util';
import { BadUsage, printable } from './bad-usage.ts';
import { lineFormats } from './parse/formats.ts';
import type { LineFormat } from './parse/formats.ts';
import { BadPeriod, readPeriod } from './report/period.ts';

/** What every command that reads finished logs takes. */
export const historyOptions = {
  format: { type: 'string' },
  config: { type: 'string' },
  zone: { type: 'string' },
  site: { type: 'string' },
  'own-host': { type: 'string', multiple: true },
} as const;

export type HistoryWords = {
  readonly files: readonly string[];
  readonly format: LineFormat | null;
  readonly config: string | null;
  readonly zone: string | null;
  readonly site: string | null;
  readonly ownHosts: readonly string[];
};

export type ReportWords = HistoryWords & {
  readonly name: 'report';
  readonly json: boolean;
  /** A path, or `-` for standard output. */
  readonly html: string | null;
  readonly compare: boolean;
  readonly months: readonly string[];
  readonly days: readonly string[];
  /** Rows of each list in the terminal. */
  readonly rows: number;
};

export const reportUsage = `  npx tidewatch report FILE ...          what is in access logs, plain or gz, or - for standard input
                       [--html FILE] [--json]            as one self-contained page, as JSON
                       [--month 2026-11] [--day 2026-11-28]  only these (may be repeated)
                       [--compare]                       beside what Matomo and GoAccess would count
                       [--zone Europe/Paris]             the zone of the days (default UTC)
                       [--own-host NAME]                 links from here are internal (may be repeated)
                       [--config FILE] [--site NAME]     sites, zones and path rules of a configuration
                       [--rows N]                        length of the lists (default 10)`;

const options = {
  ...historyOptions,
  json: { type: 'boolean' },
  html: { type: 'string' },
  compare: { type: 'boolean' },
  month: { type: 'string', multiple: true },
  day: { type: 'string', multiple: true },
  rows: { type: 'string' },
} as const;

/** @throws BadUsage */
export function readReportWords(words: readonly string[]): ReportWords {
  const { values, positionals } = parse(words);
  const [months, days] = [values.month ?? [], values.day ?? []];
  try {
    readPeriod(months, days);
  } catch (error) {
    throw error instanceof BadPeriod ? new BadUsage(error.message) : error;
  }
  if (values.json === true && values.html === '-') throw new BadUsage('--json and --html - both want standard output; expected a file for the page');
  const common = historyWords('report', positionals, values);
  return { name: 'report', ...common, json: values.json === true, html: values.html ?? null, compare: values.compare === true, months, days, rows: count(values.rows ?? '10', '--rows') };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new BadUsage(`report: ${firstLine(error)} (see --help)`);
  }
}

type HistoryValues = { readonly format?: string | undefined; readonly config?: string | undefined; readonly zone?: string | undefined; readonly site?: string | undefined; readonly 'own-host'?: string[] | undefined };

/** The common part of a command line. @throws BadUsage */
export function historyWords(name: string, files: readonly string[], values: HistoryValues): HistoryWords {
  if (files.length === 0) throw new BadUsage(`${name} needs the log files to read, or - for standard input (see --help)`);
  return { files, format: formatNamed(values.format), config: values.config ?? null, zone: values.zone ?? null, site: values.site ?? null, ownHosts: values['own-host'] ?? [] };
}

function formatNamed(text: string | undefined): LineFormat | null {
  if (text === undefined) return null;
  const format = lineFormats.find((known) => known === text);
  if (format === undefined) throw new BadUsage(`--format ${printable(text)}: expected ${lineFormats.join(', ')}`);
  return format;
}

/** A whole number from 1. @throws BadUsage */
export function count(text: string, option: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw new BadUsage(`${option} ${printable(text)}: expected a whole number from 1`);
}

/** The first line of what parseArgs complains about. */
export const firstLine = (error: unknown): string => (error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unreadable');
