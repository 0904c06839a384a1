/** Compares what Loki holds after a run full of kills with the files of an undisturbed run: line by line, the tokens of visitors aside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from './loki-contents.ts';
import type { LokiEntry } from './loki-contents.ts';

export type Differences = {
  /** Lines of the undisturbed run that Loki lacks. */
  lost: number;
  /** Lines that Loki has more than once, or that the undisturbed run never had. */
  double: number;
  /** Lines whose content is another one, tokens aside. */
  changed: number;
  /** Tokens that do not stand for one and the same visitor, or client, in both runs. */
  strayTokens: number;
  /** Some of them, without anything of a visitor. */
  readonly examples: string[];
};

/** One line of either run. */
export type ComparableLine = {
  /** Time, stream, site and input: no two lines of a run have all of them in common. */
  readonly identity: string;
  /** Everything else but tokens, and but what is of the clock. */
  readonly content: string;
  /** Tokens of the visitor and of the client, where there are any. */
  readonly tokens: readonly string[];
};

/** One kind of lines as the undisturbed run wrote them. */
export function readLines(folder: string, kind: string): Record<string, unknown>[] {
  const lines = readFileSync(join(folder, `${kind}.ndjson`), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map(parseObject);
}

/** The same line as the files hold it. */
export function asFileLine({ ns, labels, line }: LokiEntry): Record<string, unknown> {
  const time = `${new Date(Number(ns.slice(0, -6))).toISOString().slice(0, -1)}${ns.slice(-6)}Z`;
  const { stream, site, input } = labels;
  return { time, stream, site, ...(input === undefined ? {} : { input }), ...parseObject(line) };
}

/** When keys were made, and with it the chain of hashes; lines without a time stand in whichever receipt comes next. */
const clockParts = ['observed', 'previous', 'unattributed'];

export function comparable(line: Record<string, unknown>): ComparableLine {
  const { time, stream, site, input = null, visitor = null, client = null, ...rest } = line;
  if (stream === 'day') for (const part of clockParts) rest[part] = null;
  return { identity: JSON.stringify([time, stream, site, input]), content: JSON.stringify(rest), tokens: [visitor, client].map(String) };
}

export function compareContents(expected: readonly ComparableLine[], found: readonly ComparableLine[]): Differences {
  const differences: Differences = { lost: 0, double: 0, changed: 0, strayTokens: 0, examples: [] };
  const note = (what: 'lost' | 'double' | 'changed' | 'strayTokens', ...lines: readonly ComparableLine[]): void => {
    differences[what] += 1;
    if (differences.examples.length < 8) differences.examples.push(...lines.map(({ identity, content }) => `${what}: ${identity} ${content.slice(0, 200)}`));
  };
  const originals = new Map(expected.map((line) => [line.identity, line]));
  if (originals.size !== expected.length) throw new Error('two lines of the undisturbed run have the same identity');
  const tokens = new Pairs();
  const seen = new Set<string>();
  for (const line of found) {
    const original = originals.get(line.identity);
    if (original === undefined || seen.has(line.identity)) note('double', line);
    else if (original.content !== line.content) note('changed', original, line);
    else if (!tokens.agree(original.tokens, line.tokens)) note('strayTokens', line);
    seen.add(line.identity);
  }
  for (const line of expected) if (!seen.has(line.identity)) note('lost', line);
  return differences;
}

/** Two runs have other keys and so other tokens, but each token of one stands for exactly one of the other. */
class Pairs {
  readonly #there = new Map<string, string>();
  readonly #back = new Map<string, string>();

  agree(expected: readonly string[], found: readonly string[]): boolean {
    return expected.every((one, index) => {
      const other = found[index] ?? '';
      if (!this.#there.has(one)) this.#there.set(one, other);
      if (!this.#back.has(other)) this.#back.set(other, one);
      return this.#there.get(one) === other && this.#back.get(other) === one;
    });
  }
}

/** Counters and histograms of what was counted, not of how often it had to be pushed. */
const compared = /^(?:web|logproc)_\w+_(?:total|bucket|sum|count)(?:\{|$)/;
const ofTheRun = /^logproc_(?:pushes_total|push_duration_seconds|commit_duration_seconds|receipts_total)/;

/** Every series whose number differs, as words. */
export function compareCounters(expected: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>): string[] {
  const names = [...new Set([...expected.keys(), ...found.keys()])].filter((name) => compared.test(name) && !ofTheRun.test(name));
  if (names.length < 50) throw new Error(`only ${names.length} counters were found to compare`);
  // What the processor says of itself comes first: it tells why the rest differs.
  return names.sort((a, b) => Number(a.startsWith('web_')) - Number(b.startsWith('web_'))).filter((name) => !alike(expected.get(name) ?? 0, found.get(name) ?? 0)).map((name) => `${name}: expected ${expected.get(name) ?? 0}, found ${found.get(name) ?? 0}`);
}

/** Sums of seconds are added in another order after a restart: the last digits may differ. */
const alike = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error('a line that is no object');
  return value;
}
