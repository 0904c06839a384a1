/** The door to CO2.js: what the transfer of a visit's bytes is estimated to emit, in the network and in the visitor's device. */
import { co2 } from '@tgwf/co2';
import type { transferSegments } from './metric-names.ts';
import type { VisitClass } from './record.ts';

/** Grams of CO2 equivalent by segment of the model. */
export type TransferGrams = Readonly<Record<(typeof transferSegments)[number], number>>;

/**
 * The model is a line through zero, so one gigabyte says all; its figures are whole picograms a byte, and whole numbers add up the same in any order.
 * The data centre's segment is left out: its energy is measured, and would count twice.
 */
const ofGigabyte = segmentsOf(1e9);
const picogramsPerByte = { network: Math.round(ofGigabyte.network * 1000), device: Math.round(ofGigabyte.device * 1000) };
const picograms = 1e12;

/**
 * Sustainable Web Design model 4 (https://sustainablewebdesign.org/estimating-digital-emissions) at the world's mean intensity of 494 g/kWh,
 * because nobody knows where the network and the reader's power come from. A robot has no device that anybody looks at.
 * @param bytes sent to the client, header and body
 */
export function transferGrams(bytes: number, visitClass: VisitClass): TransferGrams {
  return { network: (bytes * picogramsPerByte.network) / picograms, device: visitClass === 'bot' ? 0 : (bytes * picogramsPerByte.device) / picograms };
}

/** Both segments together in whole micrograms, as grams: what an event line and a receipt say. */
export function transferTotalGrams(bytes: number, visitClass: VisitClass): number {
  const perByte = picogramsPerByte.network + (visitClass === 'bot' ? 0 : picogramsPerByte.device);
  return Math.round((bytes * perByte) / 1e6) / 1e6;
}

/** As CO2.js itself says it for these bytes; the tests hold ours against it. @throws Error where the library has changed its words */
export function segmentsOf(bytes: number): TransferGrams {
  const traced = new co2({ model: 'swd', version: 4, results: 'segment' }).perByteTrace(bytes, false).co2;
  if (typeof traced === 'number') throw new Error('CO2.js gave no segments');
  const { networkCO2e: network, consumerDeviceCO2e: device } = traced;
  if (network === undefined || device === undefined) throw new Error('CO2.js names its segments otherwise');
  return { network, device };
}
