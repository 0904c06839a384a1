/** Health in six numbers, and how fast the error budget burns. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertAt, renewalSeconds } from '../limits.ts';
import { why } from '../no-data.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/platform.ts';
import { targetsDown } from '../queries/stores.ts';
import { promql, promqlNow } from '../query.ts';

const size = { width: 4, height: 5 } as const;

export const platformState: readonly Builder<Panel>[] = [
  stat({ title: 'Requests', says: 'Requests per second that Flask answered, with their course.', unit: 'reqps', ...size, empty: why.application, course: true, queries: [promql(ask.requests())] }),
  stat({ title: 'Server errors', says: 'Share of all requests of the chosen sites that ended with a status of 500 or above.', unit: 'percentunit', ...size, empty: why.requests, decimals: 2, course: true, steps: ['green', [alertAt.errorBudgetRatio, 'orange'], [alertAt.serverErrorRatio, 'vermilion']], queries: [promql(ask.siteErrorRatio())] }),
  stat({ title: 'Answer time', says: 'Of a hundred requests nginx answered 95 faster than this, the time of the application included.', unit: 's', ...size, empty: why.requests, course: true, steps: ['green', [0.5, 'orange'], [alertAt.requestSeconds, 'vermilion']], queries: [promql(ask.siteSeconds(0.95))] }),
  stat({ title: 'Failing checks', says: 'Addresses that do not answer the check from outside with a status of 200 to 299.', unit: 'short', ...size, empty: why.collector, decimals: 0, loud: true, steps: ['green', [1, 'vermilion']], queries: [promql(ask.checksFailing())] }),
  stat({ title: 'Targets down', says: 'Programs that did not answer Prometheus at the last scrape.', unit: 'short', ...size, empty: why.prometheus, decimals: 0, loud: true, steps: ['green', [1, 'vermilion']], queries: [promql(targetsDown())] }),
  stat({ title: 'Certificate', says: 'Time until the first TLS certificate that is checked runs out.', unit: 's', ...size, empty: 'no address with TLS is checked.', steps: ['vermilion', [alertAt.certificateSeconds, 'orange'], [renewalSeconds, 'green']], queries: [promqlNow(ask.certificateSeconds())] }),
];

export const burnRow: readonly Builder<Panel>[] = [
  stat({
    title: 'Burn rate now', says: 'How many times faster than allowed the error budget of 30 days is used up, over one hour and over six. At 1 it lasts exactly 30 days; at 14 it is gone in two days.',
    unit: 'short', width: 8, height: 8, empty: why.requests, decimals: 1, steps: ['green', [1, 'orange'], [6, 'vermilion']], text: 'value-and-name',
    queries: [promqlNow(ask.burn('1h'), 'one hour'), promqlNow(ask.burn('6h'), 'six hours'), promqlNow(ask.burn('3d'), 'three days')],
  }),
  overTime({
    title: 'Burn rate', says: 'A short window sees a fire at once, a long one sees smouldering; alerts ask for both. At the dashed line the budget lasts exactly its 30 days. The budget is 0.5% of requests unless the alert rules say otherwise.',
    unit: 'short', width: 16, height: 8, empty: why.requests, colours: { 'five minutes': 'sky', 'one hour': 'blue', 'six hours': 'orange' }, limits: ['as promised'],
    queries: [promql(ask.burn('5m'), 'five minutes'), promql(ask.burn('1h'), 'one hour'), promql(ask.burn('6h'), 'six hours'), promql('vector(1)', 'as promised')],
  }),
];
