/** Turns Prometheus' answer about a day into what a receipt says of its energy. */
import type { Json } from '../account/receipt.ts';
import { partLabel } from './question.ts';

/** One series of an instant query. */
export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** More services than a machine has; whatever is over it is one `other`. */
const mostServices = 200;

/**
 * Joules of the host are the sum of its services and `unattributed`. Coverage is known minutes over all minutes; nothing is scaled up, and what is not
 * known is not there.
 * @param minutes of the day
 * @returns null where no minute of it is known
 */
export function readAnswer(samples: readonly Sample[], host: string, minutes: number): Json | null {
  const part = (name: string): readonly Sample[] => samples.filter(({ labels, value }) => labels[partLabel] === name && Number.isFinite(value)).sort(byLabels);
  const power = part('power');
  const known = sum(power);
  if (known === 0) return null;
  const joules = services(part('joules'), 3);
  const carbonMinutes = sum(part('carbon'));
  const grams = (component: string): Json | null => {
    const found = part('grams').filter(({ labels }) => labels['component'] === component);
    return found.length === 0 ? null : services(found, 6);
  };
  return {
    host,
    joules,
    grams: { operational: grams('operational'), embodied: grams('embodied') },
    sources: {
      power: power.map(({ labels, value }) => ({ source: labels['source'] ?? '', reading: labels['reading'] ?? '', minutes: value })),
      sharing: part('sharing').map(({ labels, value }) => ({ by: labels['shared_by'] ?? '', minutes: value })),
      intensity: withMean(part('intensity'), part('grams_per_kwh'), 'grams_per_kwh'),
      pue: withMean(part('pue'), part('pue_ratio'), 'ratio'),
    },
    coverage: { energy: ratio(known, minutes), carbon: ratio(carbonMinutes, minutes) },
  };
}

/** Sums by service, in the order of their names; the host is what they add up to. */
function services(samples: readonly Sample[], digits: number): Json {
  const byService: Record<string, number> = {};
  for (const [index, { labels, value }] of samples.entries()) {
    const service = index < mostServices || labels['service'] === 'unattributed' ? (labels['service'] ?? '') : 'other';
    byService[service] = (byService[service] ?? 0) + value;
  }
  const rounded = Object.entries(byService).map(([service, value]) => [service, round(value, digits)] as const);
  return { host: round(rounded.reduce((total, [, value]) => total + value, 0), digits), services: Object.fromEntries(rounded) };
}

/** Minutes of each source beside the mean of its figure. */
function withMean(minutes: readonly Sample[], means: readonly Sample[], name: string): Json {
  return minutes.map(({ labels, value }) => {
    const names = Object.fromEntries(Object.entries(labels).filter(([label]) => label !== partLabel));
    const mean = means.find((sample) => Object.entries(names).every(([label, text]) => sample.labels[label] === text));
    return { ...names, minutes: value, [name]: mean === undefined ? null : round(mean.value, 4) };
  });
}

const sum = (samples: readonly Sample[]): number => samples.reduce((total, { value }) => total + value, 0);
const ratio = (known: number, all: number): number => Math.min(1, round(known / all, 4));

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function byLabels(left: Sample, right: Sample): number {
  const [a, b] = [JSON.stringify(Object.entries(left.labels).sort()), JSON.stringify(Object.entries(right.labels).sort())];
  return a < b ? -1 : a > b ? 1 : 0;
}
