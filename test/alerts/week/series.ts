/** Series in the notation of promtool, one sample a minute: what a model says of a metric, minute by minute. */

export type Labels = Readonly<Record<string, string>>;
/** Value at a minute since the start; null where the series has no sample. */
export type At = (minute: number) => number | null;
export type Series = { readonly name: string; readonly labels: Labels; readonly at: At };

export const series = (name: string, labels: Labels, at: At | number): Series => ({ name, labels, at: typeof at === 'number' ? () => at : at });

/** A counter that grows by what `perMinute` says, from 0. */
export function growing(name: string, labels: Labels, perMinute: (minute: number) => number, minutes: number): Series {
  let sum = 0;
  const values = Array.from({ length: minutes + 1 }, (_, minute) => (sum += minute === 0 ? 0 : perMinute(minute)));
  return series(name, labels, (minute) => values[minute] ?? null);
}

/** A line of `input_series`, a sample every `step` minutes; equal neighbours are written once. */
export function notation({ name, labels, at }: Series, minutes: number, step: number): { readonly series: string; readonly values: string } {
  const pieces: string[] = [];
  const count = Math.floor(minutes / step);
  for (let sample = 0; sample <= count; ) {
    const value = textOf(at(sample * step));
    let until = sample + 1;
    while (until <= count && textOf(at(until * step)) === value) until += 1;
    const repeats = until - sample - 1;
    pieces.push(repeats === 0 ? value : `${value}x${value === '_' ? repeats + 1 : repeats}`);
    sample = until;
  }
  return { series: `${name}{${Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')}}`, values: pieces.join(' ') }; // prettier-ignore
}

/** Whole numbers as they are, others with six digits: more says nothing, and the file is read by a parser. */
const textOf = (value: number | null): string => (value === null ? '_' : Number.isInteger(value) ? String(value) : value.toPrecision(6));
