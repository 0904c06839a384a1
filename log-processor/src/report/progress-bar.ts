/** A progress bar with speed and time left, for a person who watches; where nobody does, it writes nothing. */

export type BarTarget = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };

export type ProgressBar = {
  /** @param doneBytes of `totalBytes`; 0 of 0 where the size is not known (a pipe) */
  show(doneBytes: number, lines: number): void;
  /** Takes the bar away. */
  clear(): void;
};

const everyMs = 100;
const mebibyte = 1_048_576;

/** @param totalBytes bytes on disk of all inputs; null for a pipe */
export function createProgressBar(target: BarTarget, totalBytes: number | null, nowMs: () => number): ProgressBar {
  if (target.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  const startMs = nowMs();
  let shownMs = -Infinity;
  return {
    show(doneBytes, lines) {
      const timeMs = nowMs();
      if (timeMs - shownMs < everyMs) return;
      shownMs = timeMs;
      target.write(`\r\u001b[K${barText({ doneBytes, totalBytes, lines, seconds: (timeMs - startMs) / 1000, columns: target.columns ?? 80 })}`);
    },
    clear: () => void target.write('\r\u001b[K'),
  };
}

export type BarState = { readonly doneBytes: number; readonly totalBytes: number | null; readonly lines: number; readonly seconds: number; readonly columns: number };

/** One line no wider than the terminal. */
export function barText({ doneBytes, totalBytes, lines, seconds, columns }: BarState): string {
  const speed = seconds > 0 ? lines / seconds : 0;
  const said = `${Math.round(lines).toLocaleString('en-US')} lines, ${Math.round(speed).toLocaleString('en-US')}/s`;
  if (totalBytes === null || totalBytes === 0) return said.slice(0, columns - 1);
  const share = Math.min(1, doneBytes / totalBytes);
  const left = share > 0 && seconds > 0 ? Math.ceil((seconds * (1 - share)) / share) : null;
  const tail = ` ${String(Math.floor(share * 100)).padStart(3)} %  ${said}  ${(doneBytes / mebibyte / Math.max(seconds, 0.001)).toFixed(0)} MiB/s  ${left === null ? '' : `${timeLeft(left)} left`}`;
  const width = Math.max(0, Math.min(40, columns - 1 - tail.length - 2));
  const full = Math.round(share * width);
  const bar = width < 4 ? '' : `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
  return `${bar}${tail}`.slice(0, columns - 1);
}

const timeLeft = (seconds: number): string => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`);
