/** What the NDJSON files of a processor without Loki hold, read as the same entries that Loki would give. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HeldEntry, HeldLines } from './held-lines.ts';

const suffix = '.ndjson';
/** As output-files.ts begins a line; a receipt names its site itself. */
const head = /^\{"time":"([^"]{20,40})","stream":"([a-z]{1,20})",(.*)$/s;
const site = /^"site":"([^"]{0,80})",(.*)$/s;
const input = /^"input":"([^"]{0,300})",(.*)$/s;

/** @param folder `files_folder` of the configuration */
export function holdInFiles(folder: string): HeldLines {
  return {
    place: `the files in ${folder}`,
    async *entries(fromMs, toMs) {
      for (const name of await names(folder)) {
        for await (const entry of entriesOf(folder, name)) {
          const timeMs = msOf(entry.ns);
          // What has no time of ours was put there by somebody else, and is looked at whatever the range.
          if (Number.isNaN(timeMs) || (timeMs >= fromMs && timeMs < toMs)) yield entry;
        }
      }
    },
    async *receipts() {
      for (const name of await names(folder)) {
        if (name.startsWith('day')) yield* entriesOf(folder, name);
      }
    },
    async olderThan(timeMs) {
      const found: { stream: string; oldestMs: number }[] = [];
      for (const name of await names(folder)) {
        if (name.startsWith('day')) continue;
        // Whole files: a sender may push what is older than the line before.
        let oldestMs = Infinity;
        for await (const { ns } of entriesOf(folder, name)) oldestMs = Math.min(oldestMs, ns === 'NaN' ? Infinity : msOf(ns));
        if (oldestMs < timeMs) found.push({ stream: name, oldestMs });
      }
      return found;
    },
    retention: () => Promise.resolve(null),
  };
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.includes(suffix)).sort();
}

async function* entriesOf(folder: string, name: string): AsyncGenerator<HeldEntry> {
  const lines = createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Infinity });
  for await (const line of lines) if (line !== '') yield readEntry(line, name);
}

/** The entry as Loki would hold it; what has another shape stays whole, with the name of its file for a stream. */
function readEntry(line: string, name: string): HeldEntry {
  const [, time, stream, rest] = head.exec(line) ?? [];
  const ns = nsOf(time ?? '');
  if (stream === undefined || rest === undefined || ns === null) return { labels: { stream: name.slice(0, name.indexOf(suffix)) }, ns: 'NaN', line, metadata: {} };
  const labels: Record<string, string> = { stream };
  let body = rest;
  if (stream !== 'day') body = take(body, site, labels, 'site');
  body = take(body, input, labels, 'input');
  return { labels, ns, line: `{${body}`, metadata: {} };
}

function take(body: string, pattern: RegExp, labels: Record<string, string>, label: string): string {
  const [, value, rest] = pattern.exec(body) ?? [];
  if (value === undefined || rest === undefined) return body;
  labels[label] = value;
  return rest;
}

/** `2026-09-15T10:00:00.000000001Z` in decimal nanoseconds; null for anything else. */
function nsOf(time: string): string | null {
  const [, second, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z$/.exec(time) ?? [];
  const timeMs = second === undefined ? NaN : Date.parse(`${second}Z`);
  return Number.isNaN(timeMs) ? null : `${timeMs / 1000}${fraction}`;
}

const msOf = (ns: string): number => (ns === 'NaN' ? NaN : Number(ns.slice(0, -6)));
