/** What may be typed after `tidewatch generate`. */
import { parseArgs } from 'node:util';
import { BadUsage, printable } from './bad-usage.ts';
import type { TrafficSite } from './generate/traffic.ts';
import { count, firstLine } from './report-options.ts';

export type GenerateWords = {
  readonly name: 'generate';
  /** `-` is standard output. */
  readonly path: string;
  readonly truth: string | null;
  readonly seed: string;
  readonly sites: readonly TrafficSite[];
  readonly fromMs: number;
  /** Infinity goes on in real time. */
  readonly toMs: number;
  /** Times real time; Infinity as fast as it goes. */
  readonly speed: number;
  readonly lines: number;
  readonly rotateBytes: number;
  readonly keep: number;
};

export const generateUsage = `  npx tidewatch generate [FILE]          write seeded nginx traffic (default: to standard output)
                       [--seed TEXT] [--lines N]         the same seed is the same traffic
                       [--site NAME,ZONE,VISITS]         a site and its visits a day (may be repeated)
                       [--from TIME] [--to TIME]         history (default: the last 24 hours)
                       [--live]                          and then on in real time, until Ctrl-C
                       [--speed N]                       history at N times real time
                       [--rotate BYTES] [--keep N]       rename the file when it is so large, in the middle of a line
                       [--truth FILE]                    what a perfect counter finds (default: FILE.truth.json)`;

const options = {
  seed: { type: 'string' }, lines: { type: 'string' }, site: { type: 'string', multiple: true }, from: { type: 'string' }, to: { type: 'string' }, live: { type: 'boolean' },
  speed: { type: 'string' }, rotate: { type: 'string' }, keep: { type: 'string' }, truth: { type: 'string' },
} as const; // prettier-ignore

const dayMs = 86_400_000;
const usualSite = 'ocean-body.example,Europe/Paris,6000';

/** @throws BadUsage */
export function readGenerateWords(words: readonly string[], nowMs: number): GenerateWords {
  const { values, positionals } = parse(words);
  if (positionals.length > 1) throw new BadUsage('generate writes one file; expected one name or none (see --help)');
  const [path = '-'] = positionals;
  if (path === '-' && values.rotate !== undefined) throw new BadUsage('--rotate renames a file; standard output has none');
  const truth = values.truth ?? (path === '-' ? null : `${path}.truth.json`);
  return { name: 'generate', path, truth, seed: values.seed ?? 'tidewatch', sites: readSites(values.site ?? [usualSite]), ...spanOf(values, nowMs), ...numbersOf(values) };
}

type Values = ReturnType<typeof parse>['values'];

function spanOf({ from, to, live }: Values, nowMs: number): Pick<GenerateWords, 'fromMs' | 'toMs'> {
  if (live === true && to !== undefined) throw new BadUsage('--live has no end; expected either --live or --to');
  const toMs = to === undefined ? nowMs : instant(to, '--to');
  const fromMs = from === undefined ? toMs - dayMs : instant(from, '--from');
  if (fromMs >= toMs) throw new BadUsage('--from: expected a time before --to');
  return { fromMs, toMs: live === true ? Infinity : toMs };
}

function numbersOf({ speed, lines, rotate, keep }: Values): Pick<GenerateWords, 'speed' | 'lines' | 'rotateBytes' | 'keep'> {
  return { speed: number(speed, '--speed', Infinity), lines: number(lines, '--lines', Infinity), rotateBytes: number(rotate, '--rotate', Infinity), keep: number(keep, '--keep', 9) };
}

const number = (text: string | undefined, option: string, usual: number): number => (text === undefined ? usual : count(text, option));

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new BadUsage(`generate: ${firstLine(error)} (see --help)`);
  }
}

/** A day, or a time with its zone, as ISO 8601 writes them. A day begins in UTC. */
function instant(text: string, option: string): number {
  const timeMs = /^\d{4}-\d{2}-\d{2}(?:T.*(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isFinite(timeMs)) return timeMs;
  throw new BadUsage(`${option} ${printable(text)}: expected a day such as 2026-11-28 or a time such as 2026-11-28T09:00:00+01:00`);
}

function readSites(texts: readonly string[]): TrafficSite[] {
  const sites = texts.map(readSite);
  const names = sites.map(({ serverName }) => serverName);
  if (new Set(names).size < names.length) throw new BadUsage('--site: a name is given twice; expected one each');
  return sites;
}

function readSite(text: string): TrafficSite {
  const [serverName = '', zone = 'UTC', visits = '1000', ...rest] = text.split(',');
  if (!/^[a-z0-9.-]{1,253}$/.test(serverName) || rest.length > 0) throw new BadUsage(`--site ${printable(text)}: expected NAME,ZONE,VISITS such as ${usualSite}`);
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new BadUsage(`--site ${printable(text)}: ${printable(zone)} is no zone of the IANA database such as Europe/Paris`);
  }
  return { serverName, zone, visitsPerDay: count(visits, '--site') };
}
