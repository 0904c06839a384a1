/** What somebody outside would have seen. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { overTime } from '../panels/over-time.ts';
import { states } from '../panels/states.ts';
import { upOrDown } from '../pipeline/stores.ts';
import * as ask from '../queries/platform.ts';
import { thresholdOf } from '../queries/thresholds.ts';
import { promql } from '../query.ts';

export const checksRow: readonly Builder<Panel>[] = [
  states({
    title: 'Checks', says: 'Whether each address answered with a status of 200 to 299.',
    unit: 'short', width: 8, height: 8, empty: why.collector, mappings: upOrDown, steps: ['vermilion', [1, 'green']],
    queries: [promql(ask.checkOk(), '{{http_url}}')],
  }),
  overTime({
    title: 'Time of a check', says: 'How long the whole answer took, name look-up and TLS included.',
    unit: 's', width: 8, height: 8, empty: why.collector,
    queries: [promql(ask.checkSeconds(), '{{http_url}}')],
  }),
  overTime({
    title: 'Certificate', says: 'Seconds until the certificate runs out; the dashed line is where the alert begins. A renewal is a jump upwards.',
    unit: 's', width: 4, height: 8, empty: 'no address with TLS is checked.', colours: { left: 'blue' }, limits: ['limit'],
    queries: [promql(ask.certificateSeconds(), 'left'), promql(thresholdOf('certificate_seconds'), 'limit')],
  }),
  overTime({
    title: 'Errors of checks', says: 'Why a check got no answer at all: refused, timed out, name not found.',
    unit: 'short', width: 4, height: 8, empty: why.nothingHappened, decimals: 0, draw: 'bars',
    queries: [promql(ask.checkErrors(), '{{error_message}}')],
  }),
];
