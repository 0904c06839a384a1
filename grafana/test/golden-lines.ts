/** Lines as the processor writes them, from its golden files, to hold questions against. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { object } from './questions.ts';

const folder = join(import.meta.dirname, '..', '..', 'log-processor', 'test', 'lines', 'out');
const read = new Map<string, readonly unknown[]>();

/** What the application writes (platform/ocean_body/logs.py); it goes through the scrubber as it is. */
const applicationLine = { time: '', level: '', logger: '', message: '', error_type: '', route: '', raised_at: '' };

/** What a receipt holds of the energy of its day; test/energy-in-receipts.test.ts makes it out of a real Prometheus. */
const receiptWithEnergy = { observed: { energy: { grams: { operational: { host: 0 }, embodied: { host: 0 } } } } };

export function goldenLines(stream: string): readonly unknown[] {
  if (stream === 'app') return [applicationLine];
  let lines = read.get(stream);
  if (lines === undefined) {
    const files = readdirSync(folder).filter((file) => file.endsWith(`.${stream}.ndjson`));
    lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').filter((line) => line !== '').map((line): unknown => JSON.parse(line)));
    if (stream === 'day') lines = [...lines, receiptWithEnergy];
    read.set(stream, lines);
  }
  return lines;
}

/** Whether any line has this path, such as `audience.visits.human.visits` or `hours[3]`. */
export const reaches = (lines: readonly unknown[], path: string): boolean =>
  lines.some((line) => path.split(/[.[\]]+/).filter((key) => key !== '').reduce((value: unknown, key) => object(value)[key], line) !== undefined);
