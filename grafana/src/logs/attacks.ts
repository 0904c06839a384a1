/** Unfriendly traffic as sums that name nobody. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { overTime } from '../panels/over-time.ts';
import * as ask from '../queries/logs.ts';
import { logql } from '../query.ts';

const bars = { unit: 'short', width: 8, height: 8, empty: why.nothingHappened, draw: 'bars', stack: true, decimals: 0 } as const;

export const attacksRow: readonly Builder<Panel>[] = [
  overTime({ ...bars, title: 'Requests for what is not there', says: 'Answers 404 per interval, by what the user agent says. A wave is a scanner; look at the paths that fail for what it wanted.', queries: [logql(ask.scans(), '{{agent_class}}', { step: '$interval' })] }),
  overTime({ ...bars, title: 'Storms of 4xx', says: 'Client errors per interval by exact status. A storm of one status is one program that goes wrong or attacks.', queries: [logql(ask.stormByClass(), '{{status}}', { step: '$interval' })] }),
  overTime({ ...bars, title: 'Failed logins', says: 'POST requests answered 401 or 403, per interval. Many in a short time are somebody who guesses passwords.', colours: { failed: 'vermilion' }, queries: [logql(ask.failedLogins(), 'failed', { step: '$interval' })] }),
  overTime({ ...bars, title: 'Rate-limited requests', says: 'Answers 429 (or connections closed with 444), per interval: clients that nginx slowed down.', colours: { limited: 'orange' }, queries: [logql(ask.limited(), 'limited', { step: '$interval' })] }),
  overTime({ ...bars, title: 'Limits in the error log', says: 'Lines in which nginx says that it limited requests, per interval.', colours: { limited: 'orange' }, queries: [logql(ask.tooOften(), 'limited', { step: '$interval' })] }),
  overTime({ ...bars, title: 'Odd methods', says: 'Requests by methods other than GET, HEAD and POST, per interval.', queries: [logql(ask.oddMethods(), '{{method}}', { step: '$interval' })] }),
];
