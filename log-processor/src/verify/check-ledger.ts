/** Does the ledger balance: is every line that was read delivered, dropped for a reason, or in flight, and every visit closed, open or merged? */
import { checked } from './check.ts';
import type { Check } from './check.ts';
import type { Metrics } from './read-metrics.ts';

/** Law 1 of the design, on committed values: they are shown together, so no tolerance is needed. */
export function checkLedger(metrics: Metrics): Check {
  const [read, delivered, dropped, inFlight] = ['logproc_lines_read_total', 'logproc_lines_delivered_total', 'logproc_lines_dropped_total', 'logproc_lines_in_flight'].map((name) => metrics.sum(name));
  const [opened, closed, merged, open] = ['logproc_visits_opened_total', 'logproc_visits_closed_total', 'logproc_visits_merged_total', 'logproc_visits_open'].map((name) => metrics.sum(name));
  const lineDifference = n(read) - n(delivered) - n(dropped) - n(inFlight);
  const visitDifference = n(opened) - n(closed) - n(merged) - n(open);
  const lostBytes = metrics.sum('logproc_lost_bytes_total');
  const faults: string[] = [];
  if (metrics.of('logproc_lines_read_total').length === 0) faults.push('/metrics shows no logproc_lines_read_total: it is not the page of a Tidewatch processor.');
  if (lineDifference !== 0) faults.push(`${Math.abs(lineDifference)} line(s) ${lineDifference > 0 ? 'are missing' : 'too many stand'} in the ledger of lines: read is not delivered + dropped + in flight.`);
  if (visitDifference !== 0) faults.push(`${Math.abs(visitDifference)} visit(s) ${visitDifference > 0 ? 'are missing' : 'too many stand'} in the ledger of visits: opened is not closed + open + merged.`);
  return checked('ledger', 'Does the ledger of lines and of visits balance?', {
    facts: [
      `lines: ${n(read)} read = ${n(delivered)} delivered + ${n(dropped)} dropped + ${n(inFlight)} in flight.`,
      `visits: ${n(opened)} opened = ${n(closed)} closed + ${n(open)} open + ${n(merged)} merged.`,
      ...(lostBytes > 0 ? [`${lostBytes} byte(s) of logs were lost before they could be read (logproc_lost_bytes_total).`] : []),
    ],
    faults,
  });
}

const n = (value: number | undefined): number => value ?? 0;
