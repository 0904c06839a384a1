/** What Prometheus is asked about one day of one host: a single query over what the recording rules keep, so that one answer is of one moment. */

/** Label that says which part of the answer a series is. */
export const partLabel = 'answer';

/**
 * Sums of the minutes in (start, end]; a recorded minute is stamped at its end. Grams are recorded per second, once a minute.
 * @param host the `host` of the configuration, which is the `instance` of everything about energy
 * @param seconds length of the day: 82,800 to 90,000 where clocks change
 */
export function energyQuestion(host: string, seconds: number): string {
  const over = (name: string, labels = ''): string => `${name}{instance=${JSON.stringify(host)}${labels}}[${seconds}s]`;
  const parts: readonly (readonly [part: string, query: string])[] = [
    ['joules', `sum by (service) (sum_over_time(${over('service:energy_joules:sum1m')}))`],
    ['grams', `sum by (service, component) (sum_over_time(${over('service:carbon_grams:rate1m')})) * 60`],
    ['power', `sum by (source, reading) (count_over_time(${over('host:power_watts:selected')}))`],
    ['carbon', `sum(count_over_time(${over('service:carbon_grams:rate1m', ', service="unattributed", component="operational"')}))`],
    ['sharing', `max by (shared_by) (count_over_time(${over('service:active_share:ratio_rate1m')}))`],
    ['intensity', `sum by (zone, source, method) (count_over_time(${over('host:carbon_intensity:selected')}))`],
    ['grams_per_kwh', `max by (zone, source, method) (avg_over_time(${over('host:carbon_intensity:selected')}))`],
    ['pue', `sum by (source) (count_over_time(${over('host:pue_ratio:applied')}))`],
    ['pue_ratio', `max by (source) (avg_over_time(${over('host:pue_ratio:applied')}))`],
  ];
  return parts.map(([part, query]) => `label_replace(${query}, "${partLabel}", "${part}", "", "")`).join(' or ');
}
