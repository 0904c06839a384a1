/**
 * Why lines are read by a compiled scanner: the scanner, the general parser and a bare JSON.parse on the same lines in memory, `node bench/scan-line.ts [--lines 200000] [--rounds 5]`.
 * All three must find the same path in every line, which is checked.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeLine } from '../log-processor/src/parse/decode-line.ts';
import { parseJson } from '../log-processor/src/parse/parse-json.ts';
import { LineScanner } from '../log-processor/src/parse/scan-line.ts';
import { isObject } from '../test/loki-contents.ts';
import { seededLog } from './make-log.ts';
import { machine, median, printTable, ratio } from './report.ts';

const { values } = parseArgs({ options: { lines: { type: 'string', default: '200000' }, rounds: { type: 'string', default: '5' } } });
const lines = Number(values.lines);

/** The lines, whole, in pieces of a mebibyte as the reader gives them. */
function pieces(path: string): Buffer[] {
  const file = openSync(path, 'r');
  const found: Buffer[] = [];
  let rest = Buffer.alloc(0);
  for (;;) {
    const piece = Buffer.alloc(rest.length + 1_048_576);
    rest.copy(piece);
    const end = rest.length + readSync(file, piece, rest.length, 1_048_576, null);
    if (end === rest.length) break;
    const last = piece.lastIndexOf(10, end - 1) + 1;
    found.push(piece.subarray(0, last));
    rest = Buffer.from(piece.subarray(last, end));
  }
  closeSync(file);
  return found;
}

type Read = (bytes: Buffer, start: number) => { readonly end: number; readonly pathLength: number };

const scanner = new LineScanner(4711);
const programs: Readonly<Record<string, Read>> = {
  scanner(bytes, start) {
    const line = scanner.scan(bytes, start);
    if (line === null) throw new Error('every line of this log has the expected shape');
    return { end: line.end, pathLength: line.uri.text.length };
  },
  'general parser'(bytes, start) {
    const end = bytes.indexOf(10, start);
    const line = parseJson(decodeLine(bytes.subarray(start, end)));
    if (!('uri' in line)) throw new Error('every line of this log can be read');
    return { end, pathLength: line.uri.length };
  },
  'JSON.parse'(bytes, start) {
    const end = bytes.indexOf(10, start);
    const line: unknown = JSON.parse(bytes.toString('utf8', start, end));
    if (!isObject(line)) throw new Error('every line of this log is an object');
    return { end, pathLength: String(line['request_uri']).length };
  },
};

const log = pieces(seededLog({ lines }));
const seconds = new Map(Object.keys(programs).map((name) => [name, [] as number[]]));
for (let round = 0; round < Number(values.rounds); round += 1) {
  const sums = new Set<number>();
  for (const [name, read] of Object.entries(programs)) {
    const { user, system } = process.cpuUsage();
    let sum = 0;
    for (const bytes of log) {
      for (let at = 0; at < bytes.length; ) {
        const { end, pathLength } = read(bytes, at);
        sum += pathLength;
        at = end + 1;
      }
    }
    const used = process.cpuUsage();
    seconds.get(name)?.push((used.user + used.system - user - system) / 1e6);
    sums.add(sum);
  }
  if (sums.size !== 1) throw new Error('they did not read the same');
}

const reference = median(seconds.get('JSON.parse') ?? []);
console.log(machine());
printTable(
  ['reader', 'CPU us a line', 'of JSON.parse'],
  [...seconds].map(([name, all]) => [name, ((median(all) / lines) * 1e6).toFixed(2), ratio(median(all) / reference)]),
);
