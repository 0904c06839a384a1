/** What may be typed after `tidewatch verify`. */
import { parseArgs } from 'node:util';
import { BadUsage, printable } from './bad-usage.ts';
import { firstLine } from './report-options.ts';

export type VerifyWords = {
  readonly name: 'verify';
  readonly config: string;
  /** How many days of kept lines are looked through. */
  readonly days: number;
  /** Null where the processor listens as its configuration says. */
  readonly metricsUrl: string | null;
  readonly json: boolean;
};

export const verifyUsage = `  npx tidewatch verify [--config FILE]   look through what a running stack keeps, and print a statement for the privacy officer
                       [--days N]                        how many days of lines are looked through (default 7)
                       [--metrics-url URL]               where the processor shows /metrics, when not where it listens
                       [--json]                          the statement as one JSON object
                       it ends with 0 when all is well, 4 with a fault, 5 when not everything could be looked at`;

const options = { 'config': { type: 'string' }, 'days': { type: 'string' }, 'metrics-url': { type: 'string' }, 'json': { type: 'boolean' } } as const;

/** @throws BadUsage */
export function readVerifyWords(words: readonly string[]): VerifyWords {
  const values = parse(words);
  return { name: 'verify', config: values.config ?? 'tidewatch.yaml', days: readDays(values.days), metricsUrl: readUrl(values['metrics-url']), json: values.json === true };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, strict: true }).values;
  } catch (error) {
    throw new BadUsage(`${firstLine(error)} (see --help)`);
  }
}

function readDays(text = '7'): number {
  const days = Number(text);
  if (text !== '' && Number.isInteger(days) && days >= 1 && days <= 800) return days;
  throw new BadUsage(`--days ${printable(text)}: expected a number from 1 to 800`);
}

function readUrl(text: string | undefined): string | null {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text ?? null;
  throw new BadUsage(`--metrics-url ${printable(text)}: expected an address such as http://127.0.0.1:9464/metrics`);
}
