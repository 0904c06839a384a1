/** Acts on what the account says has happened: visits and receipts go out as lines, keys whose day is over die. */
import type { AccountEvent } from './account/account-options.ts';
import type { ClosedVisit } from './account/closed-visit.ts';
import { devices, visitClasses } from './metric-names.ts';
import type { Entry, Output } from './output.ts';

export type EventTools = {
  readonly output: Pick<Output, 'add'>;
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
    timeMs: visit.endMs,
    subNs: visit.subNs,
    text: tools.visitLine(visit),
    metadata: metadataOf(visit),
  };
}

/** Metadata by country and a number for the rest: there are few different ones, and each is made once. */
const known = new Map<string, Entry['metadata'][]>();
/** More countries than there are. */
const mostKnown = 1000;

function metadataOf({ visitClass, firstToday, country, device }: ClosedVisit): Entry['metadata'] {
  let ofCountry = known.get(country);
  if (ofCountry === undefined) {
    if (known.size >= mostKnown) known.clear();
    known.set(country, (ofCountry = []));
  }
  const number = (devices.indexOf(device) * visitClasses.length + visitClasses.indexOf(visitClass)) * 2 + (firstToday ? 1 : 0);
  return (ofCountry[number] ??= [['agent_class', visitClass], ['first_today', String(firstToday)], ['country', country], ['device', device]]); // prettier-ignore
}

const noMetadata: Entry['metadata'] = [];

function receiptEntry(event: Extract<AccountEvent, { type: 'receipt' }>): Entry {
  return { kind: 'day', site: event.site, input: '', ...instant(event.timestampNs), text: event.line, metadata: noMetadata };
}

/** Decimal nanoseconds as milliseconds and the rest, without losing a digit. */
function instant(timestampNs: string): { timeMs: number; subNs: number } {
  return { timeMs: Number(timestampNs.slice(0, -6)), subNs: Number(timestampNs.slice(-6)) };
}
