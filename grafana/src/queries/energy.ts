/** What dashboards ask about power, energy, carbon and cost. Recorded series come from prometheus/rules/recording-*.yaml, which say how each is made. */
import { addedInRange, chosenSite, is, max, maxBy, rate, series, sum, sumBy } from '../promql.ts';

/** Grams of CO2e per hour of everything: platform, monitoring and what belongs to neither. */
export const gramsPerHour = (): string => `${sum(series('service:carbon_grams:rate1m'))} * 3600`;
/** Of the machine that emits most, as its alert sees it: without the embodied share, which no operation changes. */
export const operationalGramsPerHour = (): string => `max(${sumBy(['instance'], series('service:carbon_grams:rate1m', { component: is('operational') }))}) * 3600`;
export const gramsPerHourByService = (): string => `${sumBy(['service'], series('service:carbon_grams:rate1m'))} * 3600`;
export const marketGramsPerHour = (): string => `${max(series('host:carbon_grams_market:rate1m'))} * 3600`;
export const gramsOfDayByPart = (): string => sumBy(['part'], series('part:carbon_grams:sum1d'));
export const gramsOfDay = (): string => sum(series('service:carbon_grams:sum1d'));

export const watts = (): string => sum(series('host:power_watts:selected'));
export const selectedReading = (): string => `sum by (source, reading) (${series('host:power_watts:selected')})`;
export const wattsBySensor = (): string => maxBy(['hw_id', 'source', 'zone'], series('hw_power_watts'));
export const wattsByService = (): string => sumBy(['service'], series('service:power_watts:avg1m'));
/** Energy as sensors count it, turned back into power: holds also where no rule runs. */
export const wattsCounted = (): string => sumBy(['hw_id', 'source'], rate(series('hw_energy_joules_total')));
export const monitoringShare = (): string => `sum(${series('part:power_watts:avg1m', { part: is('monitoring') })}) / (${sum(series('part:power_watts:avg1m'))} > 0)`;
export const kilowattHoursOfDay = (): string => `${sum(series('service:energy_joules:sum1d'))} / 3.6e6`;
export const kilowattHoursByService = (): string => `sort_desc(${sumBy(['service'], series('service:energy_joules:sum1d'))} / 3.6e6)`;
export const kilowattHoursByPart = (): string => `${sumBy(['part'], series('part:energy_joules:sum1d'))} / 3.6e6`;
export const joulesPerMinute = (): string => sumBy(['service'], series('service:energy_joules:sum1m'));
export const sensorUp = (): string => `min by (hw_id, source) (${series('power_sensor_up')})`;
export const busy = (): string => max(series('host:cpu_busy:ratio_rate1m'));
export const keplerNode = (): string => sumBy(['zone'], series('kepler_node_cpu_watts'));
export const keplerActive = (): string => sumBy(['zone'], series('kepler_node_cpu_active_watts'));
export const keplerContainers = (): string => sumBy(['container_name'], series('kepler_container_cpu_watts', { zone: is('package'), state: is('running') }));

export const intensities = (): string => maxBy(['zone', 'source', 'method'], series('carbon_intensity_grams_per_kwh'));
export const intensityAge = (): string => `time() - ${maxBy(['zone', 'source', 'method'], series('carbon_intensity_timestamp_seconds'))}`;
export const intensityUsed = (): string => `max by (zone, source, method) (${series('host:carbon_intensity:selected')})`;
export const pueApplied = (): string => max(series('host:pue_ratio:applied'));
export const pueAll = (): string => maxBy(['datacenter', 'source', 'period'], series('pue_ratio'));
export const embodied = (): string => sum(series('carbon_embodied_grams_per_hour'));
export const hosting = (): string => maxBy(['provider', 'reference', 'renewable'], series('hosting_info'));
export const price = (): string => maxBy(['site'], series('energy_price_euros_per_kwh', chosenSite));
export const costOfDay = (): string => sum(series('site:energy_cost_euros:sum1d', chosenSite));
export const costOfDayBySite = (): string => sumBy(['site'], series('site:energy_cost_euros:sum1d', chosenSite));
/** Minutes of the last day that were known. */
export const energyCoverage = (): string => `min(${series('host:energy_coverage:ratio1d')})`;
export const carbonCoverage = (): string => `min(${series('host:carbon_coverage:ratio1d')})`;

export const gramsPerVisit = (time: '1d' | '7d' | '28d'): string => maxBy(['site', 'boundary'], series(`site:carbon_grams_per_visit:${time}`, chosenSite));
export const gramsPerVisitTerms = (): string => maxBy(['site', 'component'], series('site:carbon_grams_per_visit_terms:1d', chosenSite));
export const transferPerVisit = (): string => maxBy(['site', 'model'], series('site:transfer_grams_per_visit:1d', chosenSite));
export const transferBySegment = (): string => sumBy(['agent_class', 'segment'], addedInRange(series('web_transfer_co2e_grams_total', chosenSite)));
export const joulesPerVisit = (): string => maxBy(['site'], series('site:energy_joules_per_visit:1d', chosenSite));
export const serverSecondsPerVisit = (): string => maxBy(['site'], series('site:server_seconds_per_visit:1d', chosenSite));
export const bytesPerVisit = (): string => maxBy(['site'], series('site:response_bytes_per_visit:1d', chosenSite));

/** Grams of this hour against the budget per hour of the alert: 1 uses it up exactly. */
export const budgetBurn = (): string => `${operationalGramsPerHour()} / scalar(max(${series('threshold_value', { name: is('co2e_grams_per_hour') })}))`;

/** One bar a day: what the last 24 hours held, asked once a day. */
export const gramsByDay = (): string => sumBy(['component'], series('service:carbon_grams:sum1d'));
export const kilowattHoursByDay = (): string => kilowattHoursOfDay();
/** Grams of whole months, out of the daily sums that Prometheus still has. */
export const gramsOf30Days = (): string => `sum(sum_over_time(${series('service:carbon_grams:rate1m')}[30d])) * 60`;
