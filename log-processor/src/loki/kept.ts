/** Reads from Loki's own configuration how long it keeps pseudonymised lines. */
import { durationMs } from './look-back.ts';

/** Receipts hold no visitor; their rule may be as long as it likes. */
const receiptSelector = /^\{\s*stream\s*=\s*"day"\s*\}$/;

/**
 * The longest time that the general rule or any rule of `retention_stream` but that of the receipts keeps a line, in milliseconds.
 * Infinity where retention is off, or 0, which is Loki's word for ever.
 * @param config the YAML that `/config` prints
 */
export function readKeptMs(config: string): number {
  if (!/^ {2}retention_enabled: true$/m.test(config)) return Infinity;
  const general = /^ {2}retention_period: (\S+)$/m.exec(config)?.[1] ?? '0s';
  return Math.max(...[general, ...streamPeriods(config)].map((period) => durationMs(period)).map((kept) => (kept > 0 ? kept : Infinity)));
}

function streamPeriods(config: string): string[] {
  const [, list = ''] = /^ {2}retention_stream:\n((?: {2}- .*\n(?: {4}.*\n)*)*)/m.exec(`${config}\n`) ?? [];
  return list
    .split(/^ {2}- /m)
    .map((rule) => ({ period: /\bperiod: (\S+)/.exec(rule)?.[1], selector: /\bselector: (.*)/.exec(rule)?.[1]?.trim() ?? '' }))
    .flatMap(({ period, selector }) => (period === undefined || receiptSelector.test(unquoted(selector)) ? [] : [period]));
}

/** As YAML quotes a text with quotes in it. */
const unquoted = (text: string): string => (text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text.startsWith('"') ? text.slice(1, -1).replaceAll('\\"', '"') : text);
