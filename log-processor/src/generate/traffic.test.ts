/** The truth is only worth something when it is told of the same bytes each time, and when a second count over those bytes finds it again. */
import { describe, expect, test } from 'vitest';
import { createTraffic, type Traffic, type TrafficOptions } from './traffic.ts';

const startMs = Date.UTC(2026, 5, 1, 22); // midnight of June 2nd in Paris
const dayMs = 86_400_000;
const site = { serverName: 'ocean-body.example', zone: 'Europe/Paris', visitsPerDay: 600 };
const options: TrafficOptions = { seed: 'tide', sites: [site], startMs, endMs: startMs + dayMs };

type Fields = Readonly<Record<string, string>>;

function fieldsOf(text: string): Fields {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('no object');
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, String(field)]));
}

function linesOf(changes: Partial<TrafficOptions> = {}): string[] {
  return [...createTraffic({ ...options, ...changes }).lines()].map(({ text }) => text);
}

/** Reads everything, for the truth alone. */
function drain(traffic: Traffic): number {
  return [...traffic.lines()].length;
}

/** Milliseconds of `$msec`. */
const timeOf = (fields: Fields): number => Number((fields['msec'] ?? '').replace('.', ''));

describe('generated traffic', () => {
  test('the same seed gives the same bytes, another seed other ones', () => {
    expect(linesOf()).toEqual(linesOf());
    expect(linesOf({ seed: 'ebb' })).not.toEqual(linesOf());
  });

  test('who comes depends on the moment alone, not on when the traffic was begun', () => {
    const whole = [...createTraffic(options).lines()];
    const later = [...createTraffic({ ...options, startMs: startMs + dayMs / 2 }).lines()].map(({ text }) => text);
    const known = new Set(whole.map(({ text }) => text));
    expect(later.length).toBeGreaterThan(1000);
    expect(later.every((text) => known.has(text))).toBe(true);
  });

  test('lines are in the order of time and begin within the span that was asked for', () => {
    const times = linesOf().map((text) => timeOf(fieldsOf(text)));
    expect(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? NaN))).toBe(true);
    expect(times[0]).toBeGreaterThanOrEqual(startMs);
    expect(times.at(-1)).toBeLessThan(startMs + dayMs + 12 * 3_600_000);
  });

  test('an endless traffic can be read for as long as one likes', () => {
    const endless = createTraffic({ ...options, endMs: Infinity }).lines();
    let given = 0;
    while (given < 20_000 && endless.next().done !== true) given += 1;
    expect(given).toBe(20_000);
  });

  test('a proxy in front is the peer of every line, and the client the last of X-Forwarded-For', () => {
    const proxied = createTraffic({ ...options, sites: [{ ...site, proxy: '10.255.0.1' }] });
    const all = [...proxied.lines()].map(({ text }) => fieldsOf(text));
    expect(new Set(all.map((fields) => fields['remote_addr']))).toEqual(new Set(['10.255.0.1']));
    expect(all.some((fields) => /, 203\.0\.113\.\d+$/.test(fields['http_x_forwarded_for'] ?? ''))).toBe(true);
    const direct = createTraffic(options);
    drain(direct);
    expect(proxied.truth()).toEqual(direct.truth());
  });

  test('two sites are told apart', () => {
    const traffic = createTraffic({ ...options, sites: [site, { ...site, serverName: 'tides.example', zone: 'UTC', visitsPerDay: 100 }] });
    const count = [...traffic.lines()].filter(({ text }) => text.includes('"server_name":"tides.example"')).length;
    expect(traffic.truth()['tides.example']?.lines).toBe(count);
  });
});

describe('the truth', () => {
  const traffic = createTraffic(options);
  const all = [...traffic.lines()].map(({ text }) => fieldsOf(text));
  const truth = traffic.truth()[site.serverName];

  test('lines and bytes are what the lines say', () => {
    expect(truth?.lines).toBe(all.length);
    expect(truth?.bytes).toBe(all.reduce((sum, fields) => sum + Number(fields['bytes_sent']), 0));
  });

  test('visits and page views are found again by sorting the text by visitor', () => {
    const byVisitor = new Map<string, Fields[]>();
    for (const fields of all.filter((line) => line['request_uri'] !== '/healthz')) {
      const address = (fields['remote_addr'] ?? '').split(':').slice(0, 4).join(':');
      const key = `${address}|${fields['http_user_agent'] ?? ''}`;
      byVisitor.set(key, [...(byVisitor.get(key) ?? []), fields]);
    }
    let [visits, pageViews] = [0, 0];
    for (const requests of byVisitor.values()) {
      visits += requests.filter((line, index) => index === 0 || timeOf(line) - timeOf(requests[index - 1] ?? {}) > 1_800_000).length;
      pageViews += requests.filter(looksAtPage).length;
    }
    const counted = Object.values(truth?.visits ?? {});
    expect(counted.reduce((sum, one) => sum + one.visits, 0)).toBe(visits);
    expect(counted.reduce((sum, one) => sum + one.pageViews, 0)).toBe(pageViews);
    expect(Object.values(truth?.visitsByDay ?? {}).flatMap(Object.values).reduce((sum: number, one) => sum + Number(one), 0)).toBe(visits);
  });

  test('the day has its peak at 14:00 in the zone of the site', () => {
    const busy = createTraffic({ ...options, sites: [{ ...site, visitsPerDay: 4000 }] });
    drain(busy);
    const hours = busy.truth()[site.serverName]?.humanStartsByHour ?? [];
    expect(hours.indexOf(Math.max(...hours))).toBe(14);
  });

  test('everything that is hard to count occurs: shared addresses, edges of a visit, prefetches, errors, posers, noise', () => {
    const agentsAt = new Map<string, Set<string>>();
    for (const fields of all) {
      const address = fields['remote_addr'] ?? '';
      agentsAt.set(address, (agentsAt.get(address) ?? new Set()).add(fields['http_user_agent'] ?? ''));
    }
    expect([...agentsAt].some(([address, agents]) => /^198\.51\.100\.2\d\d$/.test(address) && agents.size > 1)).toBe(true);
    expect(all.some((fields) => fields['remote_addr']?.startsWith('2001:db8:'))).toBe(true);
    expect(all.some((fields) => fields['http_sec_purpose'] === 'prefetch;prerender')).toBe(true);
    const statuses = [...new Set(all.map((fields) => fields['status']))];
    expect(statuses).toEqual(expect.arrayContaining(['200', '301', '304', '400', '404']));
    expect(statuses.some((status) => status?.startsWith('5'))).toBe(true);
    expect(all.some((fields) => Number(fields['request_time']) > 3)).toBe(true);
    expect(all.some((fields) => fields['request_method'] === '' && fields['request_uri'] === '')).toBe(true);
    expect(truth?.visits.suspected.visits).toBeGreaterThan(0);
    expect(truth?.visits.human.bounces).toBeGreaterThan(100);
    expect(truth?.visitorsByDay['2026-06-02']?.browser).toBeGreaterThan(200);
  });

  test('only addresses that belong to nobody occur', () => {
    const addresses = all.flatMap((fields) => [fields['remote_addr'] ?? '', ...(fields['http_x_forwarded_for'] ?? '').split(', ')]).filter(Boolean);
    const nobodys = /^(?:192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|10\.|2001:db8:)/;
    expect(addresses.filter((address) => !nobodys.test(address))).toEqual([]);
  });
});

function looksAtPage(fields: Fields): boolean {
  const path = fields['request_uri'] ?? '';
  const isPage = !/^\/(?:static|api)\/|^\/(?:robots\.txt|feed\.xml|healthz|\.env|backup\.sql)|^$/.test(path);
  return isPage && fields['request_method'] === 'GET' && fields['http_sec_purpose'] === '' && /^(?:2..|304)$/.test(fields['status'] ?? '');
}

test('a site of four million visits a day is no more than lines in the order of time', { timeout: 60_000 }, () => {
  const noonMs = Date.UTC(2026, 8, 15, 12);
  const traffic = createTraffic({ seed: 'large', sites: [{ serverName: 'large.example', zone: 'UTC', visitsPerDay: 4_000_000 }], startMs: noonMs, endMs: Infinity });
  let newestMs = noonMs;
  let lines = 0;
  for (const { timeMs } of traffic.lines()) {
    if (timeMs < newestMs) throw new Error(`line ${lines} is before its predecessor`);
    newestMs = timeMs;
    lines += 1;
    if (lines === 1000) break;
  }
  expect(lines).toBe(1000);
});
