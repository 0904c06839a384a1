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

/** One kind of lines as the undisturbed run wrote them. */
export const readLines = (folder: string, kind: string): string[] =>
  readFileSync(join(folder, `${kind}.ndjson`), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** The same line as the files would hold it. */
export function asFileLine({ ns, labels, line }: LokiEntry): string {
  const time = `${new Date(Number(ns.slice(0, -6))).toISOString().slice(0, -1)}${ns.slice(-6)}Z`;
  const input = labels['input'] === undefined ? '' : `"input":"${labels['input']}",`;
  return `{"time":"${time}","stream":"${labels['stream'] ?? ''}","site":"${labels['site'] ?? ''}",${input}${line.slice(1)}`;
}

const token = /"(?:visitor|client)":"([0-9a-zA-Z_-]+)"/g;
/** What is of the clock: when keys were made, and with it the chain of hashes; lines without a time stand in whichever receipt comes next. */
const clockParts = ['observed', 'previous', 'unattributed'];

const tokensOf = (line: string): string[] => [...line.matchAll(token)].map((match) => match[1] ?? '');
const withoutTokens = (line: string): string => line.replace(token, '');

/** Time, stream, site and input: no two lines of a run have all of them in common. */
function identityOf(line: string): string {
  return /^\{"time":"[^"]*","stream":"[^"]*","site":"[^"]*",(?:"input":"[^"]*",)?/.exec(line)?.[0] ?? '';
}

function comparable(line: string): string {
  if (!line.includes('"stream":"day"')) return withoutTokens(line);
  const value: unknown = JSON.parse(line);
  if (!isObject(value)) return line;
  return JSON.stringify(Object.fromEntries(Object.entries(value).filter(([key]) => !clockParts.includes(key))));
}

export function compareContents(expected: readonly string[], found: readonly string[]): Differences {
  const differences: Differences = { lost: 0, double: 0, changed: 0, strayTokens: 0, examples: [] };
  const tokens = new Pairs();
  const waiting = new Map<string, string>();
  for (const line of expected) waiting.set(identityOf(line), line);
  if (waiting.size !== expected.length) throw new Error('two lines of the undisturbed run have the same identity');
  const note = (what: 'lost' | 'double' | 'changed' | 'strayTokens', ...lines: readonly string[]): void => {
    differences[what] += 1;
    if (differences.examples.length < 20) differences.examples.push(...lines.map((line) => `${what}: ${withoutTokens(line).slice(0, 400)}`));
  };
  const seen = new Set<string>();
  for (const line of found) {
    const identity = identityOf(line);
    const original = waiting.get(identity);
    if (original === undefined || seen.has(identity)) note('double', line);
    else if (comparable(original) !== comparable(line)) note('changed', original, line);
    else if (!tokens.agree(tokensOf(original), tokensOf(line))) note('strayTokens', line);
    seen.add(identity);
  }
  for (const [identity, line] of waiting) if (!seen.has(identity)) note('lost', line);
  return differences;
}

/** Two runs have other keys and so other tokens, but each token of one stands for exactly one of the other. */
class Pairs {
  readonly #there = new Map<string, string>();
  readonly #back = new Map<string, string>();

  agree(expected: readonly string[], found: readonly string[]): boolean {
    if (expected.length !== found.length) return false;
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
  return names.filter((name) => !alike(expected.get(name) ?? 0, found.get(name) ?? 0)).map((name) => `${name}: expected ${expected.get(name) ?? 0}, found ${found.get(name) ?? 0}`);
}

/** Sums of seconds are added in another order after a restart: the last digits may differ. */
const alike = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
