/** The footprint in eight numbers. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/energy.ts';
import { promql, promqlNow } from '../query.ts';

const size = { width: 6, height: 4, empty: why.energy } as const;

export const carbonNow: readonly Builder<Panel>[] = [
  stat({ title: 'CO2e per hour', says: 'Grams of CO2 equivalents per hour at this moment, operation and embodied share together.', unit: 'massg', ...size, decimals: 1, course: true, queries: [promql(ask.gramsPerHour())] }),
  stat({ title: 'Power', says: 'Watts of the machine, from the best source it has. A figure with the source "estimated" is a model, not a measurement.', unit: 'watt', ...size, decimals: 1, course: true, queries: [promql(ask.watts())] }),
  stat({ title: 'CO2e, last 24 h', says: 'Grams of the last 24 hours as the sum of known minutes; read it with the coverage.', unit: 'massg', ...size, decimals: 0, queries: [promqlNow(ask.gramsOfDay())] }),
  stat({ title: 'Energy, last 24 h', says: 'Kilowatt-hours of the last 24 hours, before the PUE.', unit: 'kwatth', ...size, decimals: 2, queries: [promqlNow(ask.kilowattHoursOfDay())] }),
  stat({ title: 'Per visit, 7 days', says: 'Software carbon intensity (ISO/IEC 21031): grams of platform and monitoring per closed visit of a person. Robots are in the numerator. The words beside the number say whether the making of the servers is in it. Hidden under 100 visits.', unit: 'massg', ...size, empty: why.perVisit, decimals: 2, text: 'value-and-name', queries: [promqlNow(ask.gramsPerVisit('7d'), '{{site}}, {{boundary}}')] }),
  stat({ title: 'Budget in use', says: 'Grams per hour of operation, of the machine that emits most, as a share of the hourly budget that the alert rules hold. The making of the servers is not in it. Above 100% somebody should look; nobody is woken for carbon.', unit: 'percentunit', ...size, empty: 'no carbon budget is set.', decimals: 0, steps: ['green', [0.8, 'orange'], [1, 'vermilion']], queries: [promql(ask.budgetBurn())] }),
  stat({ title: 'Coverage', says: 'Share of the minutes of the last 24 hours whose grams are known. Sums are never scaled up to fill the gaps.', unit: 'percentunit', ...size, decimals: 1, steps: ['vermilion', [0.8, 'orange'], [0.98, 'green']], queries: [promqlNow(ask.carbonCoverage())] }),
  stat({ title: 'Cost, last 24 h', says: 'Electricity of the last 24 hours in euros, by the configured price, PUE included.', unit: 'currencyEUR', ...size, empty: 'no price of energy is configured.', decimals: 2, queries: [promqlNow(ask.costOfDay())] }),
];
