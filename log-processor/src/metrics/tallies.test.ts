import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Put } from '../record.ts';
import { createTallies } from './tallies.ts';
import type { Tallies } from './tallies.ts';
import { tallyPrefix } from './tally-key.ts';

const store = () => {
  const entries = new Map<string, string>();
  return {
    entries,
    apply(puts: readonly Put[]) {
      for (const [key, value] of puts) if (value === null) entries.delete(key);
        else entries.set(key, value);
    },
  };
};
const commit = (tallies: Tallies, into = store()) => {
  into.apply(tallies.takeChanges());
  tallies.settle();
  return into;
};

describe('what is shown', () => {
  test('a count is shown once it is durable and not before', () => {
    const tallies = createTallies();
    const read = tallies.counter('logproc_lines_read_total', ['main']);
    read.add(3);
    expect(tallies.numbers('logproc_lines_read_total')).toEqual([]);
    const puts = tallies.takeChanges();
    expect(puts).toEqual([['tally/logproc_lines_read_total/["main"]', '3']]);
    expect(tallies.total('logproc_lines_read_total')).toBe(0);
    read.add(4); // while the commit is on its way
    tallies.settle();
    expect(tallies.total('logproc_lines_read_total')).toBe(3);
    expect(tallies.takeChanges()).toEqual([['tally/logproc_lines_read_total/["main"]', '7']]);
  });

  test('nothing changed, nothing to write', () => {
    const tallies = createTallies();
    tallies.counter('logproc_visits_opened_total', []).add(1);
    tallies.gauge('logproc_visits_open', []).set(1);
    commit(tallies);
    tallies.gauge('logproc_visits_open', []).set(1);
    expect(tallies.takeChanges()).toEqual([]);
  });

  test('a take that was never settled is repeated with the next one', () => {
    const tallies = createTallies();
    tallies.counter('logproc_visits_opened_total', []).add(1);
    tallies.takeChanges();
    tallies.counter('logproc_visits_closed_total', []).add(1);
    expect(tallies.takeChanges().map(([key]) => key).sort()).toEqual(['tally/logproc_visits_closed_total/[]', 'tally/logproc_visits_opened_total/[]']);
    tallies.settle();
    expect(tallies.total('logproc_visits_opened_total')).toBe(1);
  });

  test('a series that starts at zero is there before the first count', () => {
    const tallies = createTallies();
    tallies.startAtZero('logproc_lines_dropped_total', ['malformed']);
    expect(tallies.numbers('logproc_lines_dropped_total')).toEqual([{ labels: ['malformed'], value: 0 }]);
    expect(tallies.takeChanges()).toEqual([]);
  });

  test('the same labels answer the same cell', () => {
    const tallies = createTallies();
    expect(tallies.counter('logproc_late_lines_total', ['a'])).toBe(tallies.counter('logproc_late_lines_total', ['a']));
    expect(tallies.counter('logproc_late_lines_total', ['a'])).not.toBe(tallies.counter('logproc_late_lines_total', ['b']));
  });

  test('a number that is not finite stops the commit', () => {
    const tallies = createTallies();
    tallies.counter('logproc_visits_opened_total', []).add(Number.NaN);
    expect(() => tallies.takeChanges()).toThrow('tally/logproc_visits_opened_total/[] is not a finite number');
    tallies.histogram('web_visit_duration_seconds', ['a', 'true']).observe(Infinity);
    expect(() => tallies.takeChanges()).toThrow(RangeError);
  });
});

describe('gauges that vanish', () => {
  test('are shown until their deletion is durable, and their cells stay usable', () => {
    const tallies = createTallies();
    const france = tallies.gauge('web_visitors_today_by_country', ['a', 'FR']);
    france.set(7);
    tallies.gauge('web_visitors_today_by_country', ['b', 'FR']).set(8);
    const durable = commit(tallies);
    tallies.clear('web_visitors_today_by_country', ['a']);
    expect(tallies.numbers('web_visitors_today_by_country')).toHaveLength(2);
    commit(tallies, durable);
    expect(tallies.numbers('web_visitors_today_by_country')).toEqual([{ labels: ['b', 'FR'], value: 8 }]);
    expect([...durable.entries.keys()]).toEqual(['tally/web_visitors_today_by_country/["b","FR"]']);
    france.set(1);
    commit(tallies, durable);
    expect(tallies.total('web_visitors_today_by_country')).toBe(9);
  });

  test('one that was set, taken away and set again within one commit stays', () => {
    const tallies = createTallies();
    const france = tallies.gauge('web_visitors_today_by_country', ['a', 'FR']);
    france.set(7);
    tallies.clear('web_visitors_today_by_country', ['a']);
    france.set(3);
    commit(tallies);
    expect(tallies.numbers('web_visitors_today_by_country')).toEqual([{ labels: ['a', 'FR'], value: 3 }]);
  });

  test('one that was set again before the commit stays', () => {
    const tallies = createTallies();
    tallies.gauge('web_visitors_today_by_country', ['a', 'FR']).set(7);
    commit(tallies);
    tallies.clear('web_visitors_today_by_country', ['a']);
    tallies.gauge('web_visitors_today_by_country', ['a', 'FR']).set(2);
    commit(tallies);
    expect(tallies.total('web_visitors_today_by_country')).toBe(2);
  });
});

describe('labels that traffic fills', () => {
  test('the 51st route of a site goes to other, and every addition to it is counted', () => {
    const tallies = createTallies();
    for (let index = 0; index < 60; index += 1) tallies.counter('web_upstream_seconds_total', ['a', 'browser', `/page-${index}`]).add(1);
    tallies.counter('web_upstream_seconds_total', ['b', 'browser', '/page-59']).add(1); // another site has its own places
    tallies.counter('web_upstream_seconds_total', ['a', 'bot', '/page-7']).add(1); // a known route, another class
    commit(tallies);
    const routes = tallies.numbers('web_upstream_seconds_total');
    expect(routes.filter(({ labels }) => labels[0] === 'a' && labels[1] === 'browser')).toHaveLength(51);
    expect(routes.find(({ labels }) => labels[0] === 'a' && labels[2] === 'other')?.value).toBe(10);
    expect(routes.find(({ labels }) => labels[0] === 'b')?.labels[2]).toBe('/page-59');
    expect(routes.find(({ labels }) => labels[1] === 'bot')?.labels[2]).toBe('/page-7');
    expect(tallies.numbers('logproc_series_overflow_total')).toEqual([{ labels: ['web_upstream_seconds_total'], value: 10 }]);
  });

  test('restored routes keep their places', () => {
    const before = createTallies();
    for (let index = 0; index < 50; index += 1) before.histogram('web_request_duration_seconds', ['a', `/page-${index}`]).observe(0.1);
    const durable = commit(before);
    const after = createTallies();
    expect(after.restore(durable.entries)).toEqual([]);
    after.histogram('web_request_duration_seconds', ['a', '/new']).observe(0.1);
    after.histogram('web_request_duration_seconds', ['a', '/page-3']).observe(0.1);
    commit(after);
    const routes = after.buckets('web_request_duration_seconds').map(({ labels }) => labels[1]);
    expect(routes).toContain('other');
    expect(routes).not.toContain('/new');
    expect(after.total('logproc_series_overflow_total')).toBe(1);
  });

  test.each(['PROPFIND', 'get', 'x'.repeat(10_000), 'GET\u202e', 'G\u0000'])('a method outside the list is other (%#)', (method) => {
    const tallies = createTallies();
    tallies.counter('web_requests_total', ['a', 'browser', 'page', method, '2xx']).add(1);
    commit(tallies);
    expect(tallies.numbers('web_requests_total').map(({ labels }) => labels[3])).toEqual(['other']);
    expect(tallies.total('logproc_series_overflow_total')).toBe(1);
  });

  test.each(['/a\nb', '/\u202eevil', '/\ud800', '/' + 'a'.repeat(256)])('a route that could break the page or a terminal is other (%#)', (route) => {
    const tallies = createTallies();
    tallies.histogram('web_request_duration_seconds', ['a', route]).observe(1);
    commit(tallies);
    expect(tallies.buckets('web_request_duration_seconds').map(({ labels }) => labels[1])).toEqual(['other']);
  });
});

describe('restore', () => {
  test('a histogram comes back with its buckets, on the bound counts below it', () => {
    const before = createTallies();
    const visits = before.histogram('web_visit_duration_seconds', ['a', 'false']);
    for (const seconds of [0, 10, 10.5, 99_999]) visits.observe(seconds);
    const durable = commit(before);
    expect([...durable.entries.values()]).toEqual(['{"0":1,"10":1,"30":1,"sum":100019.5,"+Inf":1}']);
    const after = createTallies();
    after.restore(durable.entries);
    expect(after.buckets('web_visit_duration_seconds')).toEqual(before.buckets('web_visit_duration_seconds'));
    after.histogram('web_visit_duration_seconds', ['a', 'false']).observe(10);
    commit(after, durable);
    expect([...durable.entries.values()]).toEqual(['{"0":1,"10":2,"30":1,"sum":100029.5,"+Inf":1}']);
  });

  test('entries of another version are named and leave the rest alone', () => {
    const tallies = createTallies();
    const foreign = [
      `${tallyPrefix}web_gone_total/["a"]`, // no such name
      `${tallyPrefix}toString/[]`, // nor one that every object has
      `${tallyPrefix}logproc_lines_read_total/[]`, // another number of labels
      `${tallyPrefix}logproc_lines_read_total/[1]`, // a label that is no string
      `${tallyPrefix}logproc_lines_read_total/["a"`, // torn
      `${tallyPrefix}logproc_outbox_bytes/[]`, // not committed any more
    ];
    const entries: [string, string][] = foreign.map((key) => [key, '1']);
    entries.push([`${tallyPrefix}logproc_lines_read_total/["main"]`, '5']);
    entries.push([`${tallyPrefix}logproc_lines_read_total/["b"]`, '"5"']);
    entries.push([`${tallyPrefix}logproc_lines_read_total/["c"]`, '{']);
    entries.push([`${tallyPrefix}web_visit_duration_seconds/["a","true"]`, '{"sum":1,"7":1}']); // other bounds
    expect(tallies.restore(entries)).toEqual([...foreign, entries[7]?.[0], entries[8]?.[0], entries[9]?.[0]]);
    expect(tallies.numbers('logproc_lines_read_total')).toEqual([{ labels: ['main'], value: 5 }]);
  });

  test('after a restored backup counters begin at zero at once, gauges stay, and the next commit makes it durable', () => {
    const before = createTallies();
    before.counter('logproc_lines_read_total', ['main']).add(9);
    before.histogram('web_visit_duration_seconds', ['a', 'true']).observe(1);
    before.gauge('logproc_visits_open', []).set(4);
    const durable = commit(before);
    const tallies = createTallies();
    tallies.restore(durable.entries);
    tallies.reset();
    expect(tallies.total('logproc_lines_read_total')).toBe(0);
    expect(tallies.buckets('web_visit_duration_seconds')).toEqual([]);
    expect(tallies.total('logproc_visits_open')).toBe(4);
    tallies.counter('logproc_lines_read_total', ['main']).add(2);
    commit(tallies, durable);
    expect(Object.fromEntries(durable.entries)).toEqual({ 'tally/logproc_lines_read_total/["main"]': '2', 'tally/logproc_visits_open/[]': '4' });
  });
});

test('for any interleaving of additions, takes, settles and crashes, what is shown is what the store holds', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), input: fc.constantFrom('a', 'b', 'c'), amount: fc.double({ min: 0, max: 1e6, noNaN: true }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('observe' as const), route: fc.constantFrom('/x', '/y'), amount: fc.double({ min: 0, max: 40, noNaN: true }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), country: fc.constantFrom('FR', 'DE', 'ES'), amount: fc.integer({ min: 0, max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'crash after the commit' as const) }) },
  );
  const view = (tallies: Tallies) => [tallies.numbers('web_visitors_today_by_country'), tallies.numbers('logproc_lines_read_total'), tallies.buckets('web_request_duration_seconds')]
    .map((series) => [...series].sort((a, b) => (JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1)));

  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let tallies = createTallies();
      const durable = store();
      let underway: Put[] = [];
      for (const now of steps) {
        if (now.do === 'add') tallies.counter('logproc_lines_read_total', [now.input]).add(now.amount);
        else if (now.do === 'observe') tallies.histogram('web_request_duration_seconds', ['s', now.route]).observe(now.amount);
        else if (now.do === 'set') tallies.gauge('web_visitors_today_by_country', ['s', now.country]).set(now.amount);
        else if (now.do === 'clear') tallies.clear('web_visitors_today_by_country', ['s']);
        else if (now.do === 'take') underway = tallies.takeChanges();
        else {
          if (now.do !== 'crash') durable.apply(underway);
          underway = [];
          if (now.do === 'settle') tallies.settle();
          else {
            tallies = createTallies();
            expect(tallies.restore(durable.entries)).toEqual([]);
          }
        }
        const fresh = createTallies();
        fresh.restore(durable.entries);
        expect(view(tallies)).toEqual(view(fresh));
      }
    }),
    { numRuns: 300 },
  );
});

/** Never called: `tsc` checks it, and complains about a line below that does compile. */
export function mistakesThatDoNotCompile(tallies: Tallies): void {
  // @ts-expect-error no such metric
  tallies.counter('web_request_total', ['a']);
  // @ts-expect-error one label is missing
  tallies.counter('logproc_lines_read_total', []);
  // @ts-expect-error one label too many
  tallies.counter('logproc_visits_opened_total', ['a']);
  // @ts-expect-error a gauge is no counter
  tallies.counter('logproc_visits_open', []);
  // @ts-expect-error not a committed number
  tallies.gauge('logproc_outbox_bytes', []);
}
