/** Acts on what the account says has happened: visits and receipts go out as lines, keys whose day is over die. */
import type { AccountEvent } from './account/account-options.ts';
import type { ClosedVisit } from './account/closed-visit.ts';
import type { Entry, Output } from './output.ts';

export type EventTools = {
  readonly output: Output;
  visitLine(visit: ClosedVisit): string;
  /** Ends the use of a key now; its file goes after the commit. */
  destroyKey(site: string, day: string): void;
  /** The day has its receipt: what only its making needed can go. */
  dayIsOver(site: string, day: string): void;
  /** A visit or receipt that the output takes no more (too old for Loki) exists in the counts only. */
  refused(kind: 'visit' | 'day'): void;
};

export function handleEvents(events: readonly AccountEvent[], nowMs: number, tools: EventTools): void {
  for (const event of events) {
    if (event.type === 'key_due') {
      tools.destroyKey(event.site, event.day);
      continue;
    }
    const entry = event.type === 'visit' ? visitEntry(event.visit, tools) : receiptEntry(event);
    if (tools.output.add(entry, nowMs) !== null) tools.refused(event.type === 'visit' ? 'visit' : 'day');
    if (event.type === 'receipt') tools.dayIsOver(event.site, event.day);
  }
}

function visitEntry(visit: ClosedVisit, tools: EventTools): Entry {
  return {
    kind: 'visit',
    site: visit.site,
    input: '',
    ...instant(visit.timestampNs),
    text: tools.visitLine(visit),
    metadata: [
      ['agent_class', visit.visitClass],
      ['first_today', String(visit.firstToday)],
      ['country', visit.country],
      ['device', visit.device],
    ],
  };
}

function receiptEntry(event: Extract<AccountEvent, { type: 'receipt' }>): Entry {
  return { kind: 'day', site: event.site, input: '', ...instant(event.timestampNs), text: event.line, metadata: [] };
}

/** Decimal nanoseconds as milliseconds and the rest, without losing a digit. */
function instant(timestampNs: string): { timeMs: number; subNs: number } {
  return { timeMs: Number(timestampNs.slice(0, -6)), subNs: Number(timestampNs.slice(-6)) };
}
