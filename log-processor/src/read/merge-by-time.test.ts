import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFinishedFile } from './finished-file.ts';
import { mergeByTime } from './merge-by-time.ts';
import { parseMergedPosition } from './merged-position.ts';
import { PositionRefused } from './position-refused.ts';
import type { Source } from './source.ts';
import { identityKey, logFolder } from './test/log-folder.ts';

function timeMsOf(bytes: Buffer, start: number, end: number): number | null {
  const time = Number.parseInt(bytes.toString('latin1', start, end), 10);
  return Number.isNaN(time) ? null : time;
}

async function openMerge(folder: string, count: number, positions: ReadonlyMap<string, string> = new Map()): Promise<Source> {
  const sources = [];
  for (let index = 0; index < count; index += 1) {
    const input = `in${index}`;
    const start = parseMergedPosition(input, positions.get(input) ?? null);
    const source = await openFinishedFile({ input, path: join(folder, input), position: start.position, identityKey });
    sources.push({ source, start });
  }
  return mergeByTime(sources, timeMsOf);
}

/** Line by line, the slow and certain way. */
function wanted(files: readonly string[][]): string[] {
  const left = files.map((lines) => [...lines]);
  const out: string[] = [];
  for (;;) {
    let best = -1;
    let bestTime = Infinity;
    for (const [index, lines] of left.entries()) {
      if (lines.length === 0) continue;
      const time = timeMsOf(Buffer.from(lines[0]!), 0, lines[0]!.length) ?? -Infinity;
      if (best < 0 || time < bestTime) [best, bestTime] = [index, time];
    }
    if (best < 0) return out;
    out.push(`in${best}:${left[best]!.shift()!}`);
  }
}

const line = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 20 }).map(String) }, { weight: 1, arbitrary: fc.constant('no time') });

test('merges any files in the order of time, and goes on from the positions of any run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(line, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 12 }), async (raw, maxBytes) => {
      const files = raw.map((lines, file) => lines.map((text, index) => `${text} ${file}.${index}`));
      const folder = logFolder();
      for (const [index, lines] of files.entries()) writeFileSync(join(folder, `in${index}`), lines.map((text) => `${text}\n`).join(''));
      const positions = new Map<string, string>();
      const read: string[] = [];
      let merged = await openMerge(folder, files.length);
      for (let runs = 1; ; runs += 1) {
        const chunk = await merged.read(maxBytes);
        read.push(...chunk.bytes.toString().split('\n').slice(0, -1).map((text) => `${chunk.input}:${text}`));
        positions.set(chunk.input, chunk.position);
        if (chunk.state === 'finished') break;
        if (runs % 5 === 0) {
          await merged.close();
          merged = await openMerge(folder, files.length, positions);
        }
      }
      await merged.close();
      expect(read).toEqual(wanted(files));
    }),
    { numRuns: 60 },
  );
});

test('a run is as long as its source has the earliest lines', async () => {
  const folder = logFolder();
  writeFileSync(join(folder, 'in0'), '1\n2\nno time\n5\n');
  writeFileSync(join(folder, 'in1'), '3\n4\n5\n');
  const merged = await openMerge(folder, 2);
  const runs: string[] = [];
  for (;;) {
    const { bytes, state, input } = await merged.read(1000);
    if (state === 'finished') break;
    runs.push(`${input}=${bytes.toString().replaceAll('\n', ',')}`);
  }
  expect(runs).toEqual(['in0=1,2,no time,', 'in1=3,4,', 'in0=5,', 'in1=5,']);
  await merged.close();
});

test('a foreign merged position is refused', () => {
  for (const position of ['', '{}', '{"position":3,"skipBytes":0}', '{"position":null,"skipBytes":-1}']) {
    expect(() => parseMergedPosition('old', position)).toThrow(PositionRefused);
  }
});
