/** What dashboards ask about alerts. */
import { is, like, series } from '../promql.ts';

export const firing = (): string => `count(${series('ALERTS', { alertstate: is('firing') })}) or vector(0)`;
export const firingNow = (): string => `max by (alertname, alertstate, severity) (${series('ALERTS', { alertstate: like('firing|pending') })})`;
/** Minutes in which an alert fired within the time range, one minute a step. */
export const firedInRange = (): string => `sort_desc(sum by (alertname, severity) (count_over_time(${series('ALERTS', { alertstate: is('firing') })}[$__range])))`;
export const firingOverTime = (): string => `max by (alertname) (${series('ALERTS', { alertstate: is('firing') })})`;
