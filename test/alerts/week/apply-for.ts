/** When an alert fires whose expression was asked at even steps: as a ruler does it, only what was there at every step of `for`. */

export type Held = {
  /** Milliseconds of the steps at which the series was there, rising. */
  readonly times: readonly number[];
  readonly stepMs: number;
  readonly forMs: number;
};

/** @returns the first moment in milliseconds at which it fires, or null */
export function firesAt({ times, stepMs, forMs }: Held): number | null {
  let since: number | null = null;
  let before: number | null = null;
  for (const time of times) {
    if (since === null || before === null || time - before > stepMs) since = time;
    before = time;
    if (time - since >= forMs) return time;
  }
  return null;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `1h30m` as milliseconds. @throws RangeError for anything else */
export function durationMs(text: string): number {
  if (!/^(?:\d+(?:ms|[smhdw]))+$/.test(text)) throw new RangeError(`${text}: expected a duration such as 5m`);
  return [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitMs[unit] ?? NaN), 0);
}
