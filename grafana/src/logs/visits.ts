/** One visit, and the lines it is made of. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { logLines } from '../panels/log-lines.ts';
import { table } from '../panels/table.ts';
import * as ask from '../queries/logs.ts';
import { logqlLines } from '../query.ts';

/** The same dashboard in the same time range, with the token in its field. */
const linesOf = { title: 'Lines of this visit', url: '/d/tidewatch-logs?${__url_time_range}&${site:queryparam}&var-visitor=${__value.raw}' } as const;

const fromLine = { id: 'extractFields', options: { source: 'Line', format: 'json', keepTime: false, replace: true } };
const endAsTime = { id: 'convertFieldType', options: { conversions: [{ targetField: 'end', destinationType: 'time' }] } };

export const visitsRow: readonly Builder<Panel>[] = [
  table({
    title: 'Visits', says: 'Closed visits, the newest first. A click on the token shows the lines of its visitor beside this table: to understand a broken page, not a person. The token dies with its day.',
    unit: 'string', width: 12, height: 12, empty: why.closedVisits, transformations: [fromLine, endAsTime],
    columns: [
      { field: 'visitor', title: 'Visit', width: 120, link: linesOf }, { field: 'end', title: 'End', unit: 'time:MM-DD HH:mm:ss', width: 125 }, { field: 'duration_seconds', title: 'Duration', unit: 's', width: 90 }, { field: 'views', title: 'Views', unit: 'short', width: 65 },
      { field: 'entry', title: 'Entry' }, { field: 'exit', title: 'Exit' }, { field: 'agent_class', title: 'Class', width: 90 },
    ],
    queries: [logqlLines(ask.visitLines(), '', { most: 200 })],
  }),
  logLines({
    title: 'Lines of the chosen visit', says: 'The access lines of the token in the field "Visit", or the newest lines of all visits while it is empty.',
    unit: 'string', width: 12, height: 12, empty: why.requests,
    queries: [logqlLines(ask.linesOfVisit(), '', { most: 500 })],
  }),
];
