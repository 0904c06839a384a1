/** The two roads that do nothing useful, for comparison, each measured from the inside: reading only, and JSON in and out line by line. */
import { createReadStream, openSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What a run prints as one line of JSON. */
export type PlainRun = { readonly lines: number; readonly wallSeconds: number; readonly cpuSeconds: number; readonly peakBytes: number };

/** The read floor: chunks of a mebibyte, every newline found. */
function readOnly(path: string): number {
  const file = openSync(path, 'r');
  const chunk = Buffer.allocUnsafe(1_048_576);
  let lines = 0;
  for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
    const view = chunk.subarray(0, length);
    for (let at = view.indexOf(10); at !== -1; at = view.indexOf(10, at + 1)) lines += 1;
  }
  return lines;
}

/** The shortest program that takes the address out: it finds no robots, no countries and no visits, and it commits nothing. */
async function jsonLoop(path: string): Promise<number> {
  let [lines, bytes] = [0, 0];
  for await (const line of createInterface({ input: createReadStream(path, { highWaterMark: 1_048_576 }) })) {
    const value: unknown = JSON.parse(line);
    bytes += Buffer.byteLength(JSON.stringify({ ...Object(value), remote_addr: undefined }));
    lines += 1;
  }
  if (bytes === 0) throw new Error('nothing was written');
  return lines;
}

const [path = '', what = ''] = process.argv.slice(2);
const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
const lines = what === 'read' ? readOnly(path) : await jsonLoop(path);
const { user, system } = process.cpuUsage(startCpu);
const result: PlainRun = { lines, wallSeconds: (performance.now() - startMs) / 1000, cpuSeconds: (user + system) / 1e6, peakBytes: process.resourceUsage().maxRSS * 1024 };
process.stdout.write(`${JSON.stringify(result)}\n`);
