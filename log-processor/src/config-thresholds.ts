/** The settings of the thresholds, made from their table: one for all, and for each site its own where sites may differ. */
import { z } from 'zod';
import { isOfSite, thresholds } from './thresholds.ts';
import type { SiteThreshold, ThresholdName } from './thresholds.ts';

const value = z.number({ error: 'a number such as 0.05' }).min(0);

const names = Object.keys(thresholds).filter((name): name is ThresholdName => Object.hasOwn(thresholds, name));

const shapeOf = <N extends ThresholdName, T extends z.ZodType>(chosen: readonly N[], make: (name: N) => T): Record<N, T> => {
  const shape: Partial<Record<N, T>> = {};
  for (const name of chosen) shape[name] = make(name);
  if (!isWhole(shape, chosen)) throw new Error('every chosen name was just set');
  return shape;
};

function isWhole<N extends ThresholdName, T>(shape: Partial<Record<N, T>>, chosen: readonly N[]): shape is Record<N, T> {
  return chosen.every((name) => shape[name] !== undefined);
}

/** `thresholds` of the whole file. */
export const thresholdsSchema = z.strictObject(shapeOf(names, (name) => value.default(thresholds[name].value).describe(thresholds[name].reason)));

/** `thresholds` of one site; what it leaves out is the common one. */
export const siteThresholdsSchema = z.strictObject(shapeOf(names.filter((name): name is SiteThreshold => isOfSite(name)), (name) => value.optional().describe(thresholds[name].reason)));
