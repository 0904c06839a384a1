/** What every benchmark prints around its numbers: the machine with its load, medians, and a table with aligned columns. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The middle one; of an even number the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** When and where; the load is that of the last minute before the call. */
export function machine(): string {
  const [lastMinute = 0] = loadavg();
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${new Date().toISOString().slice(0, 16)}Z, ${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, load of the last minute ${lastMinute.toFixed(1)}`;
}

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');
export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
/** With as many decimals as a ratio can be trusted for. */
export const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 1) : '-');

/** The first column to the left, the others to the right. */
export function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => widths.map((width, column) => (column === 0 ? (cells[0] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join('  ');
  console.log(`\n${line(heads)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of rows) console.log(line(row));
}
