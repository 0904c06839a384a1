/** One visit, and the lines it is made of. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { logLines } from '../panels/log-lines.ts';
import * as ask from '../queries/logs.ts';
import { logqlLines } from '../query.ts';

export const visitsRow: readonly Builder<Panel>[] = [
  logLines({
    title: 'Visits', says: 'Closed visits, the newest first. Copy the "visitor" of one into the field "Visit" at the top to see its lines: to understand a broken page, not a person.',
    unit: 'string', width: 12, height: 12, empty: why.closedVisits,
    queries: [logqlLines(ask.visitLines(), '', { most: 100 })],
  }),
  logLines({
    title: 'Lines of the chosen visit', says: 'The access lines of the token in the field "Visit", or the newest lines of all visits while it is empty.',
    unit: 'string', width: 12, height: 12, empty: why.requests,
    queries: [logqlLines(ask.linesOfVisit(), '', { most: 500 })],
  }),
];
