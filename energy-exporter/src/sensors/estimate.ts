/** Watts guessed from how busy the processors are, for machines without any sensor; always labelled `estimated`, never mixed with a measure. */
import type { Sensor } from '../reading.ts';

/** Points of a line from utilisation (0 to 1) to watts, in rising order; straight between them. */
export type Curve = readonly (readonly [utilisation: number, watts: number])[];

export type EstimateOptions = {
  readonly name: string;
  readonly curve: Curve;
  /** The curve is for one processor thread, as cloud tables have it, instead of for the machine. */
  readonly perCpu: boolean;
  readonly everyMs: number;
  /** Busy part of all processors since the call before, and their number; null at the first call. */
  readonly utilisation: () => { readonly busy: number; readonly cpus: number } | null;
};

export function createEstimate({ name, curve, perCpu, everyMs, utilisation }: EstimateOptions): Sensor {
  return {
    name, source: 'estimated', scope: 'it', everyMs,
    read: () => new Promise((resolve) => {
      const seen = utilisation(); // what it throws, rejects
      const watts = seen === null ? null : onCurve(curve, seen.busy) * (perCpu ? seen.cpus : 1);
      resolve([{ hwId: name, zone: 'machine', watts, joules: null }]);
    }),
  }; // prettier-ignore
}

/** Linear between the points, level outside them. */
export function onCurve(curve: Curve, utilisation: number): number {
  const right = curve.findIndex(([from]) => from >= utilisation);
  const [x1, y1] = curve[right === -1 ? curve.length - 1 : Math.max(right - 1, 0)] ?? [0, 0];
  const [x2, y2] = curve[right === -1 ? curve.length - 1 : right] ?? [0, 0];
  return x1 === x2 ? y2 : y1 + ((y2 - y1) * (utilisation - x1)) / (x2 - x1);
}
