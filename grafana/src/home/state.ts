/** Three lines of numbers: the site and its people, the footprint, the pipeline. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Link } from '../figure.ts';
import { alertAt, lifeSoonSeconds, watermarkLateSeconds } from '../limits.ts';
import { why } from '../no-data.ts';
import type { PageName } from '../page-names.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import * as audience from '../queries/audience.ts';
import { firing } from '../queries/alerts.ts';
import * as energy from '../queries/energy.ts';
import * as pipeline from '../queries/pipeline.ts';
import * as platform from '../queries/platform.ts';
import { targetsDown } from '../queries/stores.ts';
import { promql, promqlNow } from '../query.ts';

const behind = (name: PageName): readonly Link[] => [{ title: 'The dashboard behind this', url: `/d/${name}?\${__url_time_range}&\${site:queryparam}` }];
const [engagement, carbon, health, ledger] = [behind('tidewatch-engagement'), behind('tidewatch-carbon'), behind('tidewatch-platform'), behind('tidewatch-pipeline')];
const size = { width: 4, height: 4 } as const;

export const platformNow: readonly Builder<Panel>[] = [
  stat({ title: 'Alerts firing', says: 'Alerts that fire at this moment; the list with what to do is below.', unit: 'short', ...size, empty: why.noRules, decimals: 0, loud: true, steps: ['green', [1, 'vermilion']], queries: [promql(firing())] }),
  stat({ title: 'Failing checks', says: 'Addresses that somebody outside would not reach.', unit: 'short', ...size, empty: why.collector, decimals: 0, loud: true, steps: ['green', [1, 'vermilion']], dataLinks: health, queries: [promql(platform.checksFailing())] }),
  stat({ title: 'Server errors', says: 'Share of requests that ended with a status of 500 or above.', unit: 'percentunit', ...size, empty: why.requests, decimals: 2, course: true, steps: ['green', [alertAt.errorBudgetRatio, 'orange'], [alertAt.serverErrorRatio, 'vermilion']], dataLinks: health, queries: [promql(platform.siteErrorRatio())] }),
  stat({ title: 'Answer time', says: 'Of a hundred requests 95 are answered faster than this.', unit: 's', ...size, empty: why.requests, course: true, steps: ['green', [0.5, 'orange'], [alertAt.requestSeconds, 'vermilion']], dataLinks: health, queries: [promql(platform.siteSeconds(0.95))] }),
  stat({ title: 'Targets down', says: 'Programs that did not answer Prometheus at the last scrape.', unit: 'short', ...size, empty: why.prometheus, decimals: 0, steps: ['green', [1, 'vermilion']], dataLinks: ledger, queries: [promql(targetsDown())] }),
  stat({ title: 'Error budget, 6 h', says: 'How many times faster than allowed the error budget of 30 days is used up. Below 1 all is well.', unit: 'short', ...size, empty: why.requests, decimals: 1, steps: ['green', [1, 'orange'], [6, 'vermilion']], dataLinks: health, queries: [promqlNow(platform.burn('6h'))] }),

  stat({ title: 'Active now', says: 'Visitors with a browser and a request in the last five minutes.', unit: 'locale', ...size, empty: why.processor, decimals: 0, course: true, dataLinks: engagement, queries: [promql(audience.activeNow())] }),
  stat({ title: 'Visitors today', says: 'Unique visitors with a browser since midnight in the zone of the site.', unit: 'locale', ...size, empty: why.processor, decimals: 0, course: true, dataLinks: engagement, queries: [promql(audience.visitorsToday())] }),
  stat({ title: 'Visits', says: 'Visits of people that ended in this time range.', unit: 'locale', ...size, empty: why.closedVisits, decimals: 0, dataLinks: engagement, queries: [promqlNow(audience.visits())] }),
  stat({ title: 'Bounce rate', says: 'Share of visits with exactly one page view.', unit: 'percentunit', ...size, empty: why.closedVisits, decimals: 1, dataLinks: engagement, queries: [promqlNow(audience.bounceRatio())] }),
  stat({ title: 'CO2e per hour', says: 'Grams of CO2 equivalents per hour, operation and embodied share together.', unit: 'massg', ...size, empty: why.energy, decimals: 1, course: true, dataLinks: carbon, queries: [promql(energy.gramsPerHour())] }),
  stat({ title: 'CO2e per visit', says: 'Grams of platform and monitoring per visit of a person, over 7 days. Hidden under 100 visits.', unit: 'massg', ...size, empty: why.perVisit, decimals: 2, dataLinks: carbon, queries: [promqlNow(energy.gramsPerVisit('7d'), '{{site}}')] }),

  stat({ title: 'Unaccounted lines', says: 'Lines read minus those delivered, dropped and in flight. Anything but 0 is a fault of ours.', unit: 'short', ...size, empty: why.processor, decimals: 0, steps: ['vermilion', [0, 'green'], [1, 'vermilion']], dataLinks: ledger, queries: [promql(pipeline.unaccountedLines())] }),
  stat({ title: 'Behind the clock', says: 'Age of the oldest watermark. Two minutes are normal.', unit: 's', ...size, empty: why.processor, decimals: 0, course: true, steps: ['green', [watermarkLateSeconds, 'orange'], [alertAt.watermarkAgeSeconds, 'vermilion']], dataLinks: ledger, queries: [promql(pipeline.oldestWatermarkAge())] }),
  stat({ title: 'Outbox', says: 'Bytes that wait for Loki; at 64 MiB reading stops and the log file becomes the queue.', unit: 'bytes', ...size, empty: why.processor, course: true, steps: ['green', [alertAt.outboxBytes / 2, 'orange'], [alertAt.outboxBytes, 'vermilion']], dataLinks: ledger, queries: [promql(pipeline.outboxBytes())] }),
  stat({ title: 'Oldest living key', says: 'Age of the oldest daily key. At the latest it is destroyed after 48 hours.', unit: 's', ...size, empty: why.processor, steps: ['green', [lifeSoonSeconds, 'orange'], [alertAt.keyAgeSeconds, 'vermilion']], dataLinks: ledger, queries: [promql(pipeline.oldestKeyAge())] }),
  stat({ title: 'Power', says: 'Watts of the machine, from the best source it has.', unit: 'watt', ...size, empty: why.energy, decimals: 1, course: true, dataLinks: carbon, queries: [promql(energy.watts())] }),
  stat({ title: 'Bytes sent', says: 'Bytes that nginx sent in this time range.', unit: 'decbytes', ...size, empty: why.requests, dataLinks: engagement, queries: [promqlNow(audience.bytesInRange())] }),

  overTime({
    title: 'Requests by status', says: 'Requests per second by the class of their status.', unit: 'reqps', width: 12, height: 7, empty: why.requests, draw: 'area', stack: true,
    queries: [promql(platform.siteRequestsByStatus(), '{{status_class}}')],
  }),
  overTime({
    title: 'Active visitors', says: 'Visitors with a request in the last five minutes: people with a browser, and robots.', unit: 'short', width: 12, height: 7, empty: why.processor, decimals: 0,
    queries: [promql(audience.activeByClass(), '{{agent_class}}')],
  }),
];
