/** Totals of the audience, as Prometheus knows them: committed counts of the processor. */
import { addedInRange, addedPerInterval, chosenSite, is, part, rate, ratio, series, sum, sumBy, type Matchers } from '../promql.ts';
import { weekdays } from './classes.ts';

const human = { ...chosenSite, agent_class: is('human') } as const;
const browsers = { ...chosenSite, agent_class: is('browser') } as const;

export const visitorsToday = (): string => sum(series('web_visitors_today', browsers));
export const visitorsTodayByClass = (): string => sumBy(['agent_class'], series('web_visitors_today', chosenSite));
export const visitorsTodayByCountry = (): string => `sort_desc(${sumBy(['country'], series('web_visitors_today_by_country', chosenSite))} > 0)`;
export const activeNow = (): string => sum(series('web_active_visitors', browsers));
export const activeByClass = (): string => sumBy(['agent_class'], series('web_active_visitors', chosenSite));

export const visits = (): string => sum(addedInRange(series('web_visits_total', human)));
export const pageViews = (): string => sum(addedInRange(series('web_page_views_total', human)));
export const visitorDays = (): string => sum(addedInRange(series('web_visitor_days_total', human)));
export const bounceRatio = (): string => ratio(sum(addedInRange(series('web_bounces_total', human))), sum(addedInRange(series('web_visits_total', human))));
export const pagesPerVisit = (): string => ratio(pageViews(), visits());

const durations = (matchers: Matchers<'web_visit_duration_seconds'>): string =>
  ratio(sum(addedInRange(part('web_visit_duration_seconds', 'sum', matchers))), sum(addedInRange(part('web_visit_duration_seconds', 'count', matchers))));
export const meanDuration = (): string => durations(chosenSite);
export const meanDurationWithoutBounces = (): string => durations({ ...chosenSite, bounce: is('false') });
/** How many visits lasted how long; Grafana takes the cumulative buckets apart. */
export const durationBuckets = (): string => sumBy(['le'], addedInRange(part('web_visit_duration_seconds', 'bucket', chosenSite)));
export const durationBucketsOverTime = (): string => sumBy(['le'], addedPerInterval(part('web_visit_duration_seconds', 'bucket', { ...chosenSite, bounce: is('false') })));

export const visitsByClass = (): string => sumBy(['agent_class'], addedPerInterval(series('web_visits_total', chosenSite)));
export const pageViewsByClass = (): string => sumBy(['agent_class'], addedPerInterval(series('web_page_views_total', chosenSite)));
export const visitorDaysByClass = (): string => sumBy(['agent_class'], addedInRange(series('web_visitor_days_total', chosenSite)));
export const visitsByDevice = (): string => `sort_desc(${sumBy(['device'], addedInRange(series('web_visits_by_device_total', chosenSite)))} > 0)`;

/** Visits by the weekday and hour of their start, in the zone of the site; one part a day, because Prometheus keeps the order of parts and no other. */
export const startedByWeekday = (): string => weekdays.map((weekday) => sumBy(['weekday', 'hour'], addedInRange(series('web_visits_started_total', { ...chosenSite, weekday: is(weekday) })))).join(' or ');
export const startedByHour = (): string => sumBy(['hour'], addedInRange(series('web_visits_started_total', chosenSite)));

export const requestsByKind = (): string => sumBy(['kind'], rate(series('web_requests_total', chosenSite)));
export const bytesByClass = (): string => sumBy(['agent_class'], rate(series('web_response_bytes_total', chosenSite)));
export const bytesInRange = (): string => sum(addedInRange(series('web_response_bytes_total', chosenSite)));
export const bytesByKind = (): string => sumBy(['kind'], addedInRange(series('web_response_bytes_total', chosenSite)));
