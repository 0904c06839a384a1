/** Says in words what the ledgers hold and whether they balance: the last thing a run prints. */
import type { Tallies } from './metrics/tallies.ts';

const number = (value: number): string => value.toLocaleString('en-US');

/** Law 1 in three lines; committed numbers only. */
export function balance(tallies: Tallies): { readonly text: string; readonly balanced: boolean } {
  const [read, delivered, inFlight] = [tallies.total('logproc_lines_read_total'), tallies.total('logproc_lines_delivered_total'), tallies.total('logproc_lines_in_flight')];
  const dropped = tallies.total('logproc_lines_dropped_total');
  const reasons = tallies.numbers('logproc_lines_dropped_total').filter(({ value }) => value > 0).map(({ labels, value }) => `${labels[0] ?? ''} ${number(value)}`);
  const lost = tallies.numbers('logproc_lost_bytes_total').filter(({ value }) => value > 0).map(({ labels, value }) => `${labels[0] ?? ''} ${number(value)}`);
  const [opened, closed, merged] = [tallies.total('logproc_visits_opened_total'), tallies.total('logproc_visits_closed_total'), tallies.total('logproc_visits_merged_total')];
  const open = tallies.total('logproc_visits_open');
  const lines = read === delivered + dropped + inFlight;
  const visits = opened === closed + open + merged;
  const verdict = (holds: boolean): string => (holds ? 'balanced' : 'NOT BALANCED');
  return {
    balanced: lines && visits,
    text: [
      `lines   read ${number(read)} = delivered ${number(delivered)} + dropped ${number(dropped)} + in flight ${number(inFlight)}   ${verdict(lines)}`,
      ...(reasons.length === 0 ? [] : [`        dropped: ${reasons.join(', ')}`]),
      ...(lost.length === 0 ? [] : [`        at least so many bytes lost before they became lines: ${lost.join(', ')}; the input is damaged or was cut short`]),
      `visits  opened ${number(opened)} = closed ${number(closed)} + open ${number(open)} + merged ${number(merged)}   ${verdict(visits)}`,
    ].join('\n'),
  };
}
