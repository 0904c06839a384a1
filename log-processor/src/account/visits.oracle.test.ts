import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PublicRequest } from '../record.ts';
import type { AccountEvent } from './account-options.ts';
import type { Account } from './account.ts';
import { countNothing } from './count.ts';
import { calendar, createAccount, Entries, gapMs, graceMs, requestOf } from './test/requests.ts';

const day0 = Date.UTC(2026, 9, 24); // the clocks of Paris change on the 25th
const far = Date.UTC(2030, 0, 1);
const minute = 60_000;

type Click = { site: string; who: string; timeMs: number; pageView: boolean };

/** Times that meet the edges: gaps around 1800 s, midnights, and runs that cross several of them. */
const click: fc.Arbitrary<Click> = fc.record({
  site: fc.constantFrom('shop', 'paris'),
  who: fc.constantFrom('alice', 'bob'),
  timeMs: fc.oneof(
    fc.integer({ min: 0, max: 4 * 24 * 60 }).map((minutes) => day0 + minutes * minute),
    fc.integer({ min: -40, max: 40 }).chain((n) => fc.constantFrom(0, 1, 2, 3).map((d) => day0 + d * 86_400_000 + n * minute)),
    fc.integer({ min: 0, max: 4 * 49 }).map((n) => day0 + n * gapMs),
    fc.integer({ min: 0, max: 4 * 49 }).map((n) => day0 + n * gapMs + n),
  ),
  pageView: fc.boolean(),
});
const clicks = fc.array(click, { minLength: 1, maxLength: 60 });
/** One visitor who never rests for days: chains over several midnights. */
const restless = fc.array(fc.integer({ min: 10 * minute, max: gapMs + 1 }), { minLength: 50, maxLength: 250 }).map((gaps) => {
  let timeMs = day0 + 20 * 3_600_000;
  return gaps.map((gap): Click => ({ site: 'shop', who: 'alice', timeMs: (timeMs += gap), pageView: true }));
});

/** Brute force: all lines of a visitor by time, cut by gap and at the second midnight after the start. */
function oracle(requests: { who: string; request: PublicRequest }[]): string[] {
  const byVisitor = Map.groupBy(requests, ({ who, request }) => `${request.site}|${who}`);
  const visits: string[] = [];
  for (const lines of byVisitor.values()) {
    const sorted = lines.map(({ request }) => request).sort((a, b) => a.timeMs - b.timeMs || a.lineNumber - b.lineNumber);
    let visit: PublicRequest[] = [];
    const close = (): void => {
      const views = visit.filter((line) => line.pageView);
      visits.push(summary(visit[0]!, visit.at(-1)!, visit.length, [views[0]?.path ?? null, views.at(-1)?.path ?? null]));
    };
    for (const line of sorted) {
      const last = visit.at(-1);
      if (last !== undefined) {
        const first = calendar.dayOf(line.site, visit[0]!.timeMs);
        const second = calendar.dayOf(line.site, first.endMs);
        if (line.timeMs - last.timeMs > gapMs || line.timeMs >= second.endMs) {
          close();
          visit = [];
        }
      }
      visit.push(line);
    }
    close();
  }
  return visits.sort();
}

function summary(first: PublicRequest, last: PublicRequest, requests: number, paths: (string | null)[]): string {
  return [first.visitor, first.timeMs, last.timeMs, last.lineNumber % 1e6, requests, ...paths].join(' ');
}

function ofEvents(events: readonly AccountEvent[]): string[] {
  const visits = events.flatMap((event) => (event.type === 'visit' ? [event.visit] : []));
  const lines = visits.map((visit) =>
    [visit.visitor, visit.startMs, visit.endMs, visit.subNs, visit.requests, visit.entry, visit.exit].join(' '),
  );
  return lines.sort();
}

function toRequests(made: Click[]): { who: string; request: PublicRequest }[] {
  return made.map((click, at) => ({
    who: click.who,
    request: requestOf({ ...click, path: `/p${at}`, kind: click.pageView ? 'page' : 'asset', pageView: click.pageView }),
  }));
}

function expectLedger(account: Account): void {
  const { opened, closed, merged, open } = account.visits.ledger;
  expect(opened).toBe(closed + open + merged);
  // Counted from what is there, not from the ledger itself.
  const ends = new Set([...account.visits.parts()].map((part) => account.visits.visitOf(part)).map(({ first }) => first));
  expect(open).toBe(ends.size);
}

function run(account: Account, requests: readonly PublicRequest[]): AccountEvent[] {
  const events: AccountEvent[] = [];
  for (const request of requests) {
    account.add(request, far);
    events.push(...account.takeEvents());
    expectLedger(account);
  }
  account.finishAll();
  events.push(...account.takeEvents());
  expectLedger(account);
  return events;
}

describe('visits against brute force', () => {
  test('in any order, with nothing late, the fold gives the visits of sorted lines cut by gap and second midnight', () => {
    fc.assert(
      fc.property(fc.oneof(clicks, restless), fc.integer(), (made, seed) => {
        const requests = toRequests(made);
        const shuffled = shuffle(requests, seed).map(({ request }) => request);
        const events = run(createAccount({ graceMs: Infinity }), shuffled);
        expect(ofEvents(events)).toEqual(oracle(requests));
      }),
      { numRuns: 400 },
    );
  });

  test('lines in order with the real watermark give the same visits, closed in the order (end, start, token)', () => {
    fc.assert(
      fc.property(fc.oneof(clicks, restless), (made) => {
        const requests = toRequests(made).sort((a, b) => a.request.timeMs - b.request.timeMs);
        const late: string[] = [];
        const account = createAccount({ count: { ...countNothing, lateLine: (site) => late.push(site) } });
        const events = run(account, requests.map(({ request }) => request)); // prettier-ignore
        expect(late).toEqual([]);
        expect(ofEvents(events)).toEqual(oracle(requests));
        const closed = events.flatMap((event) => (event.type === 'visit' ? [event.visit] : []));
        const order = closed.map(({ endMs, startMs, visitor }) => [endMs, startMs, visitor] as const);
        expect(order).toEqual(order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1)));
      }),
      { numRuns: 200 },
    );
  });

  test('out of order within L, or from two inputs that lag differently, the events are those of lines in order (R53)', () => {
    const delay = fc.integer({ min: 0, max: 119_999 });
    fc.assert(
      fc.property(fc.oneof(clicks, restless), fc.array(delay, { minLength: 250, maxLength: 250 }), fc.boolean(), (made, delays, twoInputs) => {
        const inputs = twoInputs ? ['a', 'b'] : ['a'];
        const requests = toRequests(made).map(({ request }, at) => ({ ...request, input: inputs[at % inputs.length]! }));
        const sorted = requests.toSorted((a, b) => a.timeMs - b.timeMs || (a.input < b.input ? -1 : 1) || a.lineNumber - b.lineNumber);
        const jittered = requests
          .map((request, at) => ({ request, readMs: request.timeMs + delays[at % 250]! + (request.input === 'b' ? 3 * 3_600_000 : 0) }))
          .sort((a, b) => a.readMs - b.readMs)
          .map(({ request }) => request);
        const join = (account: Account): Account => {
          for (const input of inputs) account.sourceJoined(input, 'file', 0);
          return account;
        };
        expect(run(join(createAccount()), jittered)).toEqual(run(join(createAccount()), sorted));
      }),
      { numRuns: 200 },
    );
  });

  test('cut anywhere and taken up from its entries, a run gives the same events, ledger and gauges', () => {
    fc.assert(
      fc.property(fc.oneof(clicks, restless), fc.array(fc.nat(60), { maxLength: 6 }), fc.integer(), (made, cuts, seed) => {
        const requests = shuffle(toRequests(made), seed).map(({ request }) => request);
        const options = { graceMs: seed % 2 === 0 ? graceMs : Infinity };
        const whole = createAccount(options);
        const wholeEvents = run(whole, requests);
        const store = new Entries();
        let account = createAccount(options);
        const events: AccountEvent[] = [];
        for (const [at, request] of requests.entries()) {
          if (at % 7 === 3) store.apply(account.takeChanges());
          if (cuts.includes(at)) {
            store.apply(account.takeChanges());
            account = createAccount(options);
            account.restore(store.sorted());
            account.sourceJoined('main', 'file', far);
          }
          account.add(request, far);
          events.push(...account.takeEvents());
        }
        store.apply(account.takeChanges());
        account = createAccount(options);
        account.restore(store.sorted());
        expectLedger(account);
        account.finishAll();
        events.push(...account.takeEvents());
        expect(events).toEqual(wholeEvents);
        store.apply(account.takeChanges());
        const end = new Entries();
        end.apply(whole.takeChanges());
        expect(store.sorted()).toEqual(end.sorted());
      }),
      { numRuns: 200 },
    );
  });
});

function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items];
  let state = seed >>> 0;
  for (let at = shuffled.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
  }
  return shuffled;
}
