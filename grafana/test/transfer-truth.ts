/**
 * What the transfer of a gigabyte emits by the Sustainable Web Design model 4, worked out by hand from its published figures: kilowatt-hours of operation and of
 * making per gigabyte (network 0.059 and 0.013, device 0.080 and 0.081) times the world's 494 g/kWh. https://sustainablewebdesign.org/estimating-digital-emissions
 */
import type { ShownTarget } from './questions.ts';

const gramsPerKilowattHour = 494;
const network = (0.059 + 0.013) * gramsPerKilowattHour;
const device = (0.08 + 0.081) * gramsPerKilowattHour;

/** Grams per gigabyte; nobody looks at a robot's device. */
export const transferTruth = [
  ['human', 'network', network],
  ['human', 'device', device],
  ['bot', 'network', network],
] as const;

/** The bytes of all visits of a class, out of their lines. */
export const bytesOfVisits = (visitClass: string): ShownTarget => ({ refId: 'A', type: 'loki', instant: true, raw: {}, expr: `sum(sum_over_time({stream="visit"} | agent_class="${visitClass}" | json bytes="bytes" | unwrap bytes [$__range]))` });
