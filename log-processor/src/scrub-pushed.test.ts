/** What stands beside the line of a push, its structured metadata, is scrubbed as the line is, and by its name too. */
import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { clientToken } from './keys/tokens.ts';
import { createPushedScrubber } from './scrub-pushed.ts';
import { LineScrubber } from './scrub/scrub-line.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 28);
const refuse = (): never => {
  throw new Error('a line of tomorrow, or of last week, asks for no day and no key');
};
const scrubOfPush = createPushedScrubber({ rooms: { forgetting: [], keyOf: refuse, calendar: { dayOf: refuse } }, scrub: new LineScrubber(), createKey: refuse, nowMs: () => nowMs });

async function scrubbed(metadata: readonly (readonly [string, string])[], daysAhead = 1): Promise<{ readonly metadata: unknown; readonly found: unknown }> {
  const found = new Map<string, number>();
  const bytes = Buffer.from('tide');
  const { metadata: clean } = await scrubOfPush(64)({ kind: 'app', site: 'ocean', input: 'agent', serviceName: 'ocean-body', labels: [] }, { timeMs: nowMs + daysAhead * dayMs, bytes, start: 0, end: bytes.length, metadata }, found);
  return { metadata: clean, found: Object.fromEntries(found) };
}

test('an address and a mail in metadata give way, and so does everything beside the name of a secret', async () => {
  expect(await scrubbed([['peer', '192.0.2.1'], ['user', 'jean@example.org'], ['password', 'tide'], ['x-api-key', 'salt'], ['http.request.authorization', 'foam'], ['trace_id', 'abc'], ['pin', '']])).toEqual({
    metadata: [['peer', ':address'], ['user', ':email'], ['password', ':token'], ['x_api_key', ':token'], ['http_request_authorization', ':token'], ['trace_id', 'abc'], ['pin', '']],
    found: { address: 1, email: 1, token: 3 },
  });
});

test('metadata beyond 32 pairs or 8,192 characters, and what a server keeps for itself, is left out', async () => {
  const many = Array.from({ length: 40 }, (_, pair) => [`name${pair}`, 'salt'] as const);
  expect((await scrubbed(many)).metadata).toHaveLength(32);
  expect((await scrubbed([['long', 'a'.repeat(8188)], ['short', 'b'], ['__inner', 'c']])).metadata).toHaveLength(1);
});

test.each([['', 'unnamed'], [' ', 'unnamed'], ['é', 'unnamed'], ['__', undefined], ['_.', 'unnamed'], ['a.b-c', 'a_b_c'], ['1a', 'key_1a'], ['été', '_t_'], ['192.0.2.1', '_address'], ['_1', '_1']])('the name %j becomes %s, which Loki takes', async (name, expected) => {
  expect((await scrubbed([[name, 'tide']])).metadata).toEqual(expected === undefined ? [] : [[expected, 'tide']]);
});

test('a line of over a week ago has no key made', async () => {
  expect(await scrubbed([['peer', '192.0.2.1']], -7.01)).toMatchObject({ metadata: [['peer', ':address']] });
  await expect(async () => scrubbed([['peer', '192.0.2.1']], -6.99)).rejects.toThrow('no day and no key');
});

test('an address becomes the token of the day of its entry and the site of its stream; a day without a key gets one, and a day whose key is gone none', async () => {
  const keyOf = (name: string): KeyObject => createSecretKey(Buffer.from(name.padEnd(32)));
  const keys = new Map([['ocean 2026-11-28', keyOf('a')], ['reef 2026-11-28', keyOf('b')], ['ocean 2026-11-27', keyOf('c')]]);
  const made: string[] = [];
  const scrub = createPushedScrubber({
    rooms: { forgetting: [], keyOf: (site, day) => (day === '2026-11-26' ? 'destroyed' : (keys.get(`${site} ${day}`) ?? 'missing')), calendar: { dayOf: (_site, ms) => ({ day: new Date(ms).toISOString().slice(0, 10), startMs: 0, endMs: 0 }) } },
    scrub: new LineScrubber(),
    createKey: (site, day) => Promise.resolve(void (made.push(`${site} ${day}`), keys.set(`${site} ${day}`, keyOf(day)))),
    nowMs: () => nowMs,
  })(1024);
  const lineOf = async (site: string, daysAgo: number): Promise<string> => {
    const bytes = Buffer.from('client: 192.0.2.1');
    const { source, start, end } = await scrub({ kind: 'app', site, input: 'agent', serviceName: 'x', labels: [] }, { timeMs: nowMs - daysAgo * dayMs, bytes, start: 0, end: bytes.length, metadata: [] }, new Map());
    return source.bytes.toString('utf8', start, end);
  };
  const tokenOf = (key: KeyObject | undefined, site: string): string => (key === undefined ? 'none' : `client: ${clientToken(key, site, Buffer.from([192, 0, 2, 1]))}`);
  for (const [site, daysAgo, day] of [['ocean', 0, '2026-11-28'], ['reef', 0, '2026-11-28'], ['ocean', 1, '2026-11-27'], ['ocean', 0, '2026-11-28']] as const) expect(await lineOf(site, daysAgo)).toBe(tokenOf(keys.get(`${site} ${day}`), site));
  expect(made).toEqual([]);
  expect(await lineOf('ocean', 2)).toBe('client: :address');
  expect(await lineOf('reef', 1)).toBe(tokenOf(keys.get('reef 2026-11-27'), 'reef'));
  expect(made).toEqual(['reef 2026-11-27']);
});
