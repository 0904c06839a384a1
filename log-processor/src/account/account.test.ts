import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DropReason } from '../record.ts';
import type { AccountEvent } from './account-options.ts';
import type { Account } from './account.ts';
import type { ClosedVisit } from './closed-visit.ts';
import { countNothing } from './count.ts';
import { calendar, createAccount, Entries, gapMs, graceMs, hex, requestOf, tokenOf, type Line } from './test/requests.ts';
import { visitLine } from './visit-line.ts';

const at = (iso: string): number => Date.parse(`${iso}Z`);
const noon = at('2026-11-22T12:00');
const far = at('2030-01-01T00:00');

const visitsOf = (events: readonly AccountEvent[]): ClosedVisit[] => events.flatMap((event) => (event.type === 'visit' ? [event.visit] : []));
const receiptsOf = (events: readonly AccountEvent[]): Extract<AccountEvent, { type: 'receipt' }>[] =>
  events.filter((event) => event.type === 'receipt');

function visits(lines: Line[], account: Account = createAccount()): ClosedVisit[] {
  for (const line of lines) account.add(requestOf(line), far);
  account.finishAll();
  return visitsOf(account.takeEvents());
}

/** A line of somebody else, to move the watermark. */
const moveTo = (account: Account, watermarkMs: number): void => account.add(requestOf({ timeMs: watermarkMs + graceMs, who: 'clock' }), far);

describe('visit', () => {
  test('gaps of at most 1800 s join; a longer gap starts a new one', () => {
    expect(visits([{ timeMs: noon }, { timeMs: noon + gapMs }])).toHaveLength(1);
    expect(visits([{ timeMs: noon }, { timeMs: noon + gapMs + 1 }])).toHaveLength(2);
  });

  test('a line that bridges two open visits makes them one, and the ledger says merged', () => {
    const account = createAccount({ graceMs: Infinity });
    const merged = visits([{ timeMs: noon }, { timeMs: noon + 2 * gapMs }, { timeMs: noon + gapMs }], account);
    expect(merged).toHaveLength(1);
    expect(account.visits.ledger).toMatchObject({ opened: 2, closed: 1, merged: 1, open: 0 });
  });

  test('merging keeps the sums, the signs and the first and last of both', () => {
    const asset = { kind: 'asset', path: '/x.css' } as const;
    const [visit] = visits(
      [
        { timeMs: noon, path: '/first', country: 'DE' }, { timeMs: noon + 1, ...asset },
        { timeMs: noon + 2 * gapMs, path: '/last' }, { timeMs: noon + gapMs, path: '/bridge' },
      ],
      createAccount({ graceMs: Infinity }),
    ); // prettier-ignore
    expect(visit).toMatchObject({ entry: '/first', exit: '/last', country: 'DE', pageViews: 3, requests: 4, bytes: 400, serverMs: 20, visitClass: 'human' });
    const robots = { kind: 'other', robotsTxt: true } as const;
    const lines = [{ timeMs: noon, ...robots }, { timeMs: noon + 2 * gapMs }, { timeMs: noon + 2 * gapMs, ...asset }, { timeMs: noon + gapMs }];
    expect(visits(lines, createAccount({ graceMs: Infinity }))).toMatchObject([{ visitClass: 'suspected' }]);
  });

  test('it closes before the line that moves the watermark past end + 1800 s is counted, strictly past', () => {
    const seen: string[] = [];
    const account = createAccount({
      count: { ...countNothing, request: () => seen.push('line'), visitClosed: ({ visitor }) => seen.push(visitor) },
    });
    account.add(requestOf({ timeMs: noon }), far);
    moveTo(account, noon + gapMs);
    expect(visitsOf(account.takeEvents())).toHaveLength(0);
    moveTo(account, noon + gapMs + 1);
    expect(visitsOf(account.takeEvents())).toHaveLength(1);
    expect(seen).toEqual(['line', 'line', tokenOf('shop', 'alice', '2026-11-22'), 'line']);
  });

  test('a line behind the watermark joins a visit that is still open within 1800 s', () => {
    const account = createAccount();
    account.add(requestOf({ timeMs: noon }), far);
    moveTo(account, noon + 600_000);
    account.add(requestOf({ timeMs: noon - gapMs }), far);
    account.finishAll();
    expect(visitsOf(account.takeEvents())[0]).toMatchObject({ startMs: noon - gapMs, endMs: noon, requests: 2 });
  });

  test('another line behind the watermark is late: a request only, in no visit and no unique visitor', () => {
    const late: string[] = [];
    const requests: number[] = [];
    const count = { ...countNothing, lateLine: (site: string) => late.push(site), request: () => requests.push(1) };
    const account = createAccount({ count });
    moveTo(account, noon + 600_000);
    account.add(requestOf({ timeMs: noon + 599_999 }), far);
    expect(late).toEqual(['shop']);
    expect(requests).toHaveLength(2);
    expect(account.visitorsToday('shop', 'browser')).toBe(1);
    account.add(requestOf({ timeMs: noon + 600_000 }), far);
    expect(late).toHaveLength(1);
    expect(account.visitorsToday('shop', 'browser')).toBe(2);
  });

  test('it is not cut at its first midnight, and shows the token of the day it started', () => {
    const [visit, ...more] = visits([{ timeMs: at('2026-11-22T23:50') }, { timeMs: at('2026-11-23T00:10') }, { timeMs: at('2026-11-23T00:39') }]);
    expect(more).toEqual([]);
    expect(visit).toMatchObject({ visitor: tokenOf('shop', 'alice', '2026-11-22'), requests: 3, endMs: at('2026-11-23T00:39') });
  });

  test('after midnight a line finds it by the new token alone once a line told both', () => {
    expect(visits([{ timeMs: at('2026-11-22T23:50') }, { timeMs: at('2026-11-23T00:20') }, { timeMs: at('2026-11-23T00:45'), earlierVisitor: null }])).toHaveLength(1);
  });

  test('a line never joins over a midnight for which it has no token', () => {
    expect(visits([{ timeMs: at('2026-11-22T23:50') }, { timeMs: at('2026-11-23T00:10'), earlierVisitor: null }])).toHaveLength(2);
  });

  test('the second midnight ends it', () => {
    const lines: Line[] = [];
    for (let timeMs = at('2026-11-22T23:50'); timeMs <= at('2026-11-24T00:30'); timeMs += 600_000) lines.push({ timeMs });
    const [first, second, ...more] = visits(lines);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ visitor: tokenOf('shop', 'alice', '2026-11-22'), endMs: at('2026-11-23T23:50') });
    expect(second).toMatchObject({ visitor: tokenOf('shop', 'alice', '2026-11-24'), startMs: at('2026-11-24T00:00') });
  });

  test('a late first line over midnight splits a visit at its second midnight, and the ledger still balances', () => {
    const lines: Line[] = [];
    for (let timeMs = at('2026-11-23T00:00'); timeMs <= at('2026-11-24T00:30'); timeMs += 600_000) lines.push({ timeMs });
    const account = createAccount({ graceMs: Infinity });
    for (const line of lines) account.add(requestOf(line), far);
    expect(account.visits.ledger.opened).toBe(1);
    account.add(requestOf({ timeMs: at('2026-11-22T23:50') }), far);
    expect(account.visits.ledger).toMatchObject({ opened: 2, open: 2, merged: 0 });
    account.finishAll();
    expect(visitsOf(account.takeEvents()).map(({ endMs }) => endMs)).toEqual([at('2026-11-23T23:50'), at('2026-11-24T00:30')]);
  });

  test('midnight is the site’s own, also on the day the clocks go back', () => {
    const midnight = calendar.dayOf('paris', at('2026-10-25T12:00')).startMs;
    expect(new Date(midnight).toISOString()).toBe('2026-10-24T22:00:00.000Z');
    const lines = [-600_000, 600_000].map((offset) => ({ site: 'paris', timeMs: midnight + offset }));
    const account = createAccount();
    expect(visits(lines, account)).toMatchObject([{ visitor: tokenOf('paris', 'alice', '2026-10-24'), requests: 2 }]);
    const end = calendar.dayOf('paris', midnight).endMs;
    expect(end - midnight).toBe(25 * 3_600_000);
  });

  test('entry, exit and referrer are of the first and last page view by (time, input, line number)', () => {
    const [visit] = visits([
      { timeMs: noon + 5, path: '/late', input: 'b', lineNumber: 1 },
      { timeMs: noon + 5, path: '/later', input: 'b', lineNumber: 2 },
      { timeMs: noon, path: '/entry', input: 'b', lineNumber: 9, referrerHost: 'example.org' },
      { timeMs: noon, path: '/not', input: 'b', lineNumber: 10 },
      { timeMs: noon - 5, path: '/logo.png', kind: 'asset', referrerHost: 'internal', country: 'DE' },
      { timeMs: noon + 5, path: '/not', input: 'a', lineNumber: 7 },
    ]);
    expect(visit).toMatchObject({ entry: '/entry', exit: '/later', referrerHost: 'example.org', country: 'DE', pageViews: 5, requests: 6 });
  });

  test('its timestamp is exactly its last line’s', () => {
    const [visit] = visits([{ timeMs: noon, lineNumber: 5 }, { timeMs: noon, lineNumber: 12_000_034 }]); // prettier-ignore
    expect([visit?.endMs, visit?.subNs]).toEqual([noon, 34]);
  });

  test('health checks, the stack’s own pages and lines without visitor are in no visit', () => {
    expect(visits([{ timeMs: noon, kind: 'health', audience: false }, { timeMs: noon, audience: false }, { timeMs: noon, who: null }])).toEqual([]);
  });

  test('server time is the upstream’s, where there was none nginx’s own; unknown is nothing', () => {
    expect(visits([{ timeMs: noon, upstreamMs: 7 }, { timeMs: noon, durationMs: 5 }, { timeMs: noon, durationMs: -1 }])[0]?.serverMs).toBe(12);
  });
});

describe('human, bot, suspected', () => {
  const asset = { timeMs: noon, kind: 'asset' } as const;
  const classOf = (lines: Line[], assetsElsewhere = false): string | undefined =>
    visits(lines, createAccount({ sites: new Map([['shop', { assetsElsewhere }]]) }))[0]?.visitClass;

  test('a declared bot is a bot, whatever it does', () => {
    expect(classOf([{ timeMs: noon, agentClass: 'bot', robotsTxt: true }])).toBe('bot');
  });
  test('pages without assets are suspected, unless the site has its assets elsewhere', () => {
    expect(classOf([{ timeMs: noon }])).toBe('suspected');
    expect(classOf([{ timeMs: noon }], true)).toBe('human');
    expect(classOf([{ timeMs: noon }, asset])).toBe('human');
    expect(classOf([{ timeMs: noon, kind: 'api' }])).toBe('human');
  });
  test('asking for robots.txt is suspected', () => {
    expect(classOf([{ timeMs: noon }, asset, { timeMs: noon, kind: 'other', robotsTxt: true }])).toBe('suspected');
  });
  test('ten page views in under a second each on average are an impossible rate', () => {
    const views = (count: number, everyMs: number): Line[] => Array.from({ length: count }, (_, n) => ({ timeMs: noon + n * everyMs }));
    expect(classOf([...views(10, 999), asset])).toBe('suspected');
    expect(classOf([...views(10, 1000), asset])).toBe('human');
    expect(classOf([...views(9, 10), asset])).toBe('human');
  });
});

describe('visit line', () => {
  test('has the same keys in the same order, times in ISO 8601 and durations in seconds', () => {
    const [visit] = visits([{ timeMs: noon, path: '/a' }, { timeMs: noon + 1500, kind: 'asset', path: '/x.css' }]); // prettier-ignore
    expect(visitLine(visit!, 0.023)).toBe(
      `{"visitor":"${tokenOf('shop', 'alice', '2026-11-22')}","first_today":true,"start":"2026-11-22T12:00:00.000Z","end":"2026-11-22T12:00:01.500Z",` +
        '"duration_seconds":1.5,"views":1,"requests":2,"bytes":200,"server_seconds":0.01,"transfer_co2e_grams":0.023,"entry":"/a","exit":"/a","referrer":"direct","country":"FR",' +
        '"device":"desktop","browser":"Firefox","os":"Linux","agent_class":"human","bounce":true}',
    );
  });

  test('is what JSON.stringify would write, for any numbers and texts', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('/', '"', '\\', 'é'));
    const durationMs = fc.oneof(fc.nat(), fc.nat(5_000), fc.integer({ min: 0, max: 2 ** 45 }), fc.double({ min: 0, max: 1e9, noNaN: true }));
    const visit = fc.record({
      site: fc.constant('shop'), visitor: fc.constant(hex('v')), firstToday: fc.boolean(), startMs: fc.integer({ min: 0, max: far }), lastsMs: fc.nat(90_000_000), subNs: fc.constant(0),
      requests: fc.nat(), pageViews: fc.nat(), bytes: fc.oneof(fc.nat(), fc.maxSafeNat()), serverMs: durationMs, entry: fc.option(text), exit: fc.option(text), referrerHost: text,
      country: fc.constantFrom('FR', 'other', 'DE'), device: fc.constantFrom('desktop' as const, 'tv' as const), family: text, os: fc.constantFrom('Linux', 'iOS'),
      agentClass: fc.constant('browser' as const), visitClass: fc.constantFrom('human' as const, 'suspected' as const), bounce: fc.boolean(),
    }); // prettier-ignore
    fc.assert(
      fc.property(visit, fc.integer({ min: 0, max: 1e12 }), ({ lastsMs, ...made }, micrograms) => {
        const v: ClosedVisit = { ...made, endMs: made.startMs + lastsMs };
        const expected = {
          visitor: v.visitor, first_today: v.firstToday, start: new Date(v.startMs).toISOString(), end: new Date(v.endMs).toISOString(), duration_seconds: lastsMs / 1000,
          views: v.pageViews, requests: v.requests, bytes: v.bytes, server_seconds: v.serverMs / 1000, transfer_co2e_grams: micrograms / 1e6, entry: v.entry ?? '', exit: v.exit ?? '', referrer: v.referrerHost,
          country: v.country, device: v.device, browser: v.family, os: v.os, agent_class: v.visitClass, bounce: v.bounce,
        }; // prettier-ignore
        expect(visitLine(v, micrograms / 1e6)).toBe(JSON.stringify(expected));
      }),
      { numRuns: 2000 },
    );
  });

  test('first_today is per class: a suspected visit does not take the human one its place', () => {
    const asset = { kind: 'asset', path: '/x.css' } as const;
    const closed = visits([{ timeMs: noon }, { timeMs: noon + 2 * gapMs }, { timeMs: noon + 2 * gapMs, ...asset }, { timeMs: noon + 4 * gapMs }, { timeMs: noon + 4 * gapMs, ...asset }]);
    expect(closed.map(({ visitClass, firstToday }) => `${visitClass} ${firstToday}`)).toEqual(['suspected true', 'human true', 'human false']);
  });

  test('first_today is the first closed visit of the token of the visit’s last day', () => {
    const flags = visits([
      { timeMs: at('2026-11-22T08:00') }, { timeMs: at('2026-11-22T10:00') }, { timeMs: at('2026-11-22T10:00'), who: 'bob' },
      { timeMs: at('2026-11-22T23:50') }, { timeMs: at('2026-11-23T00:10') }, { timeMs: at('2026-11-23T09:00') },
    ]).map(({ endMs, firstToday }) => `${new Date(endMs).toISOString().slice(8, 16)} ${firstToday}`); // prettier-ignore
    expect(flags.sort()).toEqual(['22T08:00 true', '22T10:00 false', '22T10:00 true', '23T00:10 true', '23T09:00 false']);
  });
});

describe('visitors', () => {
  test('unique visitors are those of the day of watermark + L, from 0 at midnight', () => {
    const account = createAccount();
    for (const who of ['alice', 'bob', 'alice']) account.add(requestOf({ timeMs: at('2026-11-22T23:59:59'), who }), far);
    account.add(requestOf({ timeMs: at('2026-11-22T23:59:59'), who: 'crawler', agentClass: 'bot', country: 'US' }), far);
    expect([account.visitorsToday('shop', 'browser'), account.visitorsToday('shop', 'bot')]).toEqual([2, 1]);
    expect(Object.fromEntries(account.visitorsTodayByCountry('shop'))).toEqual({ FR: 2 });
    account.sourceAtEnd('main', at('2026-11-23T00:00'));
    expect(account.visitorsToday('shop', 'browser')).toBe(0);
    expect(account.visitorsToday('nowhere', 'browser')).toBe(0);
  });

  test('a visitor counts once for the country, with the first one that is shown', () => {
    const account = createAccount();
    for (const [hour, country] of ['other', 'FR', 'DE', 'other'].entries()) account.add(requestOf({ timeMs: noon + hour * 3_600_000, country }), far);
    expect(Object.fromEntries(account.visitorsTodayByCountry('shop'))).toEqual({ other: 0, FR: 1 });
    expect(account.visitorsToday('shop', 'browser')).toBe(1);
  });

  test('active is a request in the 300 s before watermark + L', () => {
    const account = createAccount();
    account.add(requestOf({ timeMs: noon }), far);
    account.sourceAtEnd('main', noon + 299_999);
    expect(account.activeVisitors().get('shop')).toEqual({ browser: 1, bot: 0 });
    account.sourceAtEnd('main', noon + 300_000);
    expect(account.activeVisitors().get('shop')).toBeUndefined();
  });

  test('who is active over midnight is one visitor', () => {
    const account = createAccount();
    for (const iso of ['2026-11-22T23:59', '2026-11-23T00:01']) account.add(requestOf({ timeMs: at(iso) }), far);
    expect(account.activeVisitors().get('shop')).toEqual({ browser: 1, bot: 0 });
  });
});

describe('daily receipt', () => {
  const parsed = (line: string): Record<string, unknown> => {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) throw new Error('not an object');
    return { ...value };
  };

  test('when the watermark passes midnight + 1800 s: the day’s visits, its key, then its receipt, stamped at the day’s last nanosecond', () => {
    const account = createAccount();
    account.add(requestOf({ timeMs: at('2026-11-22T23:40') }), far);
    account.add(requestOf({ timeMs: at('2026-11-22T23:59'), who: 'bob' }), far);
    account.sourceAtEnd('main', at('2026-11-23T00:30') + graceMs);
    expect(receiptsOf(account.takeEvents())).toEqual([]);
    account.sourceAtEnd('main', at('2026-11-23T00:30') + graceMs + 1);
    const events = account.takeEvents();
    expect(events.map(({ type }) => type)).toEqual(['key_due', 'receipt']);
    expect(receiptsOf(events)[0]).toMatchObject({ site: 'shop', day: '2026-11-22', timestampNs: `${BigInt(at('2026-11-23T00:00')) * 1_000_000n - 1n}` });
  });

  test('a jump of the watermark over days gives the events of a slow rise', () => {
    const run = (step: number): AccountEvent[] => {
      const account = createAccount();
      const events: AccountEvent[] = [];
      const lines = ['22T10:00', '22T23:50', '23T00:10', '23T11:00'].map((iso) => requestOf({ timeMs: at(`2026-11-${iso}`), lineNumber: 1 }));
      for (const line of lines) {
        account.add(line, far);
        events.push(...account.takeEvents());
      }
      for (let nowMs = at('2026-11-23T11:00'); nowMs <= at('2026-11-27T11:00'); nowMs += step) account.sourceAtEnd('main', nowMs);
      return [...events, ...account.takeEvents()];
    };
    expect(run(4 * 86_400_000)).toEqual(run(60_000));
  });

  test('each names the hash of the one before, and days without traffic keep the chain whole', () => {
    const account = createAccount();
    account.add(requestOf({ timeMs: noon }), far);
    account.sourceAtEnd('main', noon + 3 * 86_400_000);
    const receipts = receiptsOf(account.takeEvents());
    expect(receipts.map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-23', '2026-11-24']);
    expect(receipts.map(({ line }) => parsed(line)['previous'])).toEqual([null, hex(receipts[0]!.line), hex(receipts[1]!.line)]);
  });

  test('a site without traffic falls silent after 400 days and goes on from its last receipt', () => {
    const account = createAccount();
    account.add(requestOf({ timeMs: noon }), far);
    account.sourceAtEnd('main', noon + 700 * 86_400_000);
    const receipts = receiptsOf(account.takeEvents());
    expect(receipts).toHaveLength(401);
    account.add(requestOf({ timeMs: noon + 700 * 86_400_000 }), far);
    account.sourceAtEnd('main', noon + 702 * 86_400_000);
    const [next] = receiptsOf(account.takeEvents());
    expect(parsed(next!.line)).toMatchObject({ day: '2028-10-22', previous_day: receipts.at(-1)?.day, previous: hex(receipts.at(-1)!.line) });
  });

  test('a day has one receipt: a line after it is late, and days of several sites end in the order of their names', () => {
    const account = createAccount();
    for (const site of ['b', 'a', 'c']) account.add(requestOf({ timeMs: noon, site }), far);
    account.finishAll();
    account.add(requestOf({ timeMs: noon, site: 'a' }), far);
    account.finishAll();
    expect(receiptsOf(account.takeEvents()).map(({ site, day }) => `${site} ${day}`)).toEqual(['a 2026-11-22', 'b 2026-11-22', 'c 2026-11-22']);
  });

  test('a site that never had a line has no receipt', () => {
    const account = createAccount();
    account.sourceAtEnd('main', noon);
    account.sourceAtEnd('main', noon + 3 * 86_400_000);
    expect(account.takeEvents()).toEqual([]);
  });

  test('totals count lines and closed visits, and fold values with fewer than k visitor-days', () => {
    const account = createAccount({ k: 2, observed: (site, day) => ({ key_created: `${site} ${day}` }) });
    const people: [string, string][] = [['alice', 'FR'], ['bob', 'FR'], ['carl', 'DE'], ['dora', 'IT']]; // prettier-ignore
    for (const [who, country] of people) {
      account.add(requestOf({ timeMs: noon, who, country, path: `/${who}` }), far);
      account.add(requestOf({ timeMs: noon + 2000, who, country, kind: 'asset', status: 304, bytes: 7 }), far);
    }
    account.add(requestOf({ timeMs: noon, kind: 'health', audience: false, bytes: 1 }), far);
    account.add(requestOf({ timeMs: noon, path: '/grafana/', audience: false }), far);
    account.finishAll();
    const [receipt] = receiptsOf(account.takeEvents());
    expect(parsed(receipt!.line)).toEqual({
      receipt: 1, site: 'shop', day: '2026-11-22', start: '2026-11-22T00:00:00.000Z', end: '2026-11-23T00:00:00.000Z',
      audience: {
        unique_visitors: { browser: 4, bot: 0 },
        requests: { browser: { page: { '2xx': 4 }, asset: { '3xx': 4 }, health: { '2xx': 1 } }, bot: {} },
        bytes: { browser: { page: 400, asset: 28, health: 1 }, bot: {} },
        visits: {
          human: { visits: 4, page_views: 4, bounces: 4, visitor_days: 4, requests: 8, bytes: 428, duration_seconds: 8, server_seconds: 0.04, transfer_co2e_grams: 0.428 },
          bot: { visits: 0, page_views: 0, bounces: 0, visitor_days: 0, requests: 0, bytes: 0, duration_seconds: 0, server_seconds: 0, transfer_co2e_grams: 0 },
          suspected: { visits: 0, page_views: 0, bounces: 0, visitor_days: 0, requests: 0, bytes: 0, duration_seconds: 0, server_seconds: 0, transfer_co2e_grams: 0 },
        },
        human_visits_started_by_hour: Array.from({ length: 24 }, (_, hour) => (hour === 12 ? 4 : 0)),
        human_visits_by: {
          country: { FR: { visits: 2, visitor_days: 2 }, other: { visits: 2, visitor_days: 2 } },
          device: { desktop: { visits: 4, visitor_days: 4 } }, browser: { Firefox: { visits: 4, visitor_days: 4 } },
          os: { Linux: { visits: 4, visitor_days: 4 } }, entry: { other: { visits: 4, visitor_days: 4 } },
          referrer: { direct: { visits: 4, visitor_days: 4 } },
        },
      },
      lines: { committed: 10, dropped: {} }, late: { committed: 0, dropped: {} }, unattributed: { committed: 0, dropped: {} },
      versions: { program: 'test' }, observed: { key_created: 'shop 2026-11-22' }, previous_day: null, previous: null,
    }); // prettier-ignore
  });

  test('lines count in the ledger of their own day; stragglers in the next receipt’s late; what has no site in exactly one receipt', () => {
    const account = createAccount();
    account.add(requestOf({ timeMs: noon }), far);
    const drop = (site: string | null, timeMs: number | null, reason: DropReason): void => account.dropped(site, timeMs, reason);
    drop('shop', noon - 86_400_000, 'too_old');
    drop('shop', noon, 'behind_stream');
    drop('shop', null, 'bad_status');
    drop('shop', at('9999-01-01T00:00'), 'too_new');
    drop(null, null, 'malformed');
    account.sourceAtEnd('main', noon + 86_400_000);
    account.add(requestOf({ timeMs: noon + 60_000 }), far);
    drop('shop', noon, 'too_old');
    account.sourceAtEnd('main', noon + 2 * 86_400_000);
    const ledgers = receiptsOf(account.takeEvents()).map(({ line }) => parsed(line));
    const none = { committed: 0, dropped: {} };
    expect(ledgers.map(({ day, lines, late, unattributed }) => ({ day, lines, late, unattributed }))).toEqual([
      { day: '2026-11-22', lines: { committed: 1, dropped: { behind_stream: 1, bad_status: 1, too_new: 1 } }, late: { committed: 0, dropped: { too_old: 1 } }, unattributed: { committed: 0, dropped: { malformed: 1 } } },
      { day: '2026-11-23', lines: none, late: { committed: 1, dropped: { too_old: 1 } }, unattributed: none },
    ]); // prettier-ignore
  });
});

describe('state', () => {
  test('only what changed is handed over, and nothing stays when all is closed but the ledger, the chain and the watermark', () => {
    const account = createAccount();
    const store = new Entries();
    account.add(requestOf({ timeMs: noon }), far);
    account.add(requestOf({ timeMs: noon, who: 'bob' }), far);
    store.apply(account.takeChanges());
    expect(account.takeChanges()).toEqual([]);
    account.add(requestOf({ timeMs: noon + 1 }), far);
    const kinds = account.takeChanges().map(([key]) => key.split('/')[0]);
    expect(kinds.filter((kind) => kind === 'visit')).toHaveLength(1);
    expect(kinds).not.toContain('seen');
    account.finishAll();
    store.apply(account.takeChanges());
    expect(store.sorted().map(([key]) => key)).toEqual(['ledger/site/shop', 'ledger/visits', 'watermark/input/main', 'watermark/value']);
  });

  test('gauges come back with the entries, and entries of other rooms are left alone', () => {
    const account = createAccount();
    for (const who of ['alice', 'bob', 'carl']) account.add(requestOf({ timeMs: noon, who, country: who === 'carl' ? 'other' : 'FR' }), far);
    const store = new Entries();
    store.apply(account.takeChanges());
    store.apply([['key/shop', 'not ours']]);
    const restored = createAccount();
    restored.restore(store.sorted());
    expect(restored.visitorsToday('shop', 'browser')).toBe(3);
    expect(Object.fromEntries(restored.visitorsTodayByCountry('shop'))).toEqual({ FR: 2, other: 1 });
    expect(restored.activeVisitors()).toEqual(account.activeVisitors());
    expect(restored.visits.ledger.open).toBe(3);
  });

  test('a torn entry is refused by its key and its text is not repeated', () => {
    const restore = (key: string, value: string) => () => createAccount().restore([[key, value]]);
    expect(restore('visit/abc/1', '["shop","secret')).toThrow('visit/abc/1');
    expect(restore('visit/abc/1', '["shop","secret')).not.toThrow('secret');
    expect(restore('ledger/visits', '{}')).toThrow('ledger/visits');
    expect(restore('day/shop/2026-11-22/totals', '[1,2,[3]]')).toThrow('day/shop/2026-11-22/totals');
  });
});
