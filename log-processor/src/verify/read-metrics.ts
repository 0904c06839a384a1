/** Reads what `/metrics` shows, as far as `verify` asks: samples of the Prometheus text format by name. */

export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
export type Metrics = {
  of(name: string): readonly Sample[];
  /** The sum over all series; 0 where there is none. */
  sum(name: string): number;
  /** Every value of every label, each once, with the name of the label. */
  labels(): readonly (readonly [name: string, value: string])[];
};

const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function readMetrics(text: string): Metrics {
  const samples = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = sample.exec(line) ?? [];
    if (name === undefined || value === undefined) continue; // comments, and the empty last line
    const found = { labels: Object.fromEntries([...labels.matchAll(pair)].map(([, key = '', quoted = '']) => [key, unescape(quoted)])), value: numberOf(value) };
    samples.set(name, [...(samples.get(name) ?? []), found]);
  }
  return {
    of: (name) => samples.get(name) ?? [],
    sum: (name) => (samples.get(name) ?? []).reduce((sum, { value }) => sum + value, 0),
    labels: () => {
      const values = new Map<string, Set<string>>();
      for (const { labels } of [...samples.values()].flat()) for (const [name, value] of Object.entries(labels)) values.set(name, (values.get(name) ?? new Set()).add(value));
      return [...values].flatMap(([name, those]) => [...those].map((value) => [name, value] as const));
    },
  };
}

const numberOf = (text: string): number => (text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text));
const unescape = (quoted: string): string => quoted.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
