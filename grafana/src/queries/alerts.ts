/** What dashboards ask about alerts. */
import { is, isNot, like, series, type Matchers } from '../promql.ts';

/** One alert fires all the time, so that its silence is noticed outside; it is no news here. */
const alerts = (state: string): string => series('ALERTS', { alertname: isNot('DeadMansSwitch'), alertstate: state } satisfies Matchers<'ALERTS'>);

/** 0 is said only where the alert that always fires does: else no rule is looked at, and silence means nothing. */
export const firing = (): string => `count(${alerts(is('firing'))}) or 0 * count(${series('ALERTS', { alertname: is('DeadMansSwitch'), alertstate: is('firing') })})`;
export const firingNow = (): string => `max by (alertname, alertstate, severity) (${alerts(like('firing|pending'))})`;
/** Evaluations of its rule in which an alert fired within the time range. */
export const firedInRange = (): string => `sort_desc(sum by (alertname, severity) (count_over_time(${alerts(is('firing'))}[$__range])))`;
export const firingOverTime = (): string => `max by (alertname) (${alerts(is('firing'))})`;
