import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Anonymiser } from './anonymise.ts';
import type { KeyWanted } from './anonymise.ts';
import { twoDigits } from './two-digits.ts';
import type { AnonymiseTools } from './anonymise.ts';
import type { LineInHand } from './line-in-hand.ts';
import { createVocabulary } from './vocabulary.ts';
import type { PublicRequest } from './record.ts';

const key = createSecretKey(Buffer.alloc(32, 1));
const older = createSecretKey(Buffer.alloc(32, 2));
const startMs = Date.UTC(2026, 2, 2);

const tools = (keys: Record<string, ReturnType<AnonymiseTools['keyOf']>>, shown: readonly string[] = []): AnonymiseTools => ({
  keyOf: (_site, day) => keys[day] ?? 'missing',
  visitorToken: (of, site, bytes, agent) => `${of === key ? 'today' : 'before'}:${site}:${Buffer.from(bytes).toString('hex')}:${agent}`,
  clientToken: (of, site, bytes) => `${of === key ? 'today' : 'before'}:${site}:${Buffer.from(bytes).toString('hex')}`,
  parseAddress: (text) => ({ text, bytes: Uint8Array.from(text.split('.'), Number) }),
  vocabulary: createVocabulary({ threshold: 2, always: (_site, value) => shown.includes(value), entries: [] }),
  gapMs: 1_800_000,
});

const line = (change: { timeMs?: number; status?: number; path?: string; address?: number; bytes?: number; bot?: boolean } = {}): LineInHand => ({
  input: 'main',
  lineNumber: 7,
  site: 'shop',
  day: { day: '2026-03-02', startMs, dayBefore: '2026-03-01' },
  audience: true,
  request: {
    timeMs: change.timeMs ?? startMs + 7_200_000, writtenDate: '', peer: '192.0.2.1', forwardedFor: '', serverName: 'shop.example', method: 'GET', uri: '/reef?name=x',
    status: change.status ?? 200, bytes: change.bytes ?? 12_345, durationMs: 1234, upstreamMs: -1, referrer: '', userAgent: 'Agent/1', purpose: '', contentType: 'text/html',
  },
  facts: {
    address: { text: `192.0.2.${change.address ?? 1}`, bytes: new Uint8Array([192, 0, 2, change.address ?? 1]) },
    country: 'FR', agent: { agentClass: change.bot === true ? 'bot' : 'browser', family: 'Firefox', os: 'Linux', device: 'desktop' },
    kind: 'page', path: change.path ?? '/reef', referrerHost: 'direct', prefetch: false,
  },
});

const createAnonymiser = (given: AnonymiseTools): ((some: LineInHand) => PublicRequest | KeyWanted) => {
  const anonymiser = new Anonymiser(given);
  return (some) => anonymiser.take(some);
};

const publicOf = (result: PublicRequest | KeyWanted): PublicRequest => {
  if ('keyWanted' in result) throw new Error('a key is wanted');
  return result;
};

describe('anonymise', () => {
  test('keeps nothing of the request but the fields it lists', () => {
    const result = publicOf(createAnonymiser(tools({ '2026-03-02': key }))(line()));
    const text = JSON.stringify({ ...result, visitor: null });
    for (const secret of ['192.0.2', 'Agent/1', 'name=x', 'shop.example']) expect(text).not.toContain(secret);
    expect(Object.keys(result).sort()).toEqual([
      'agentClass', 'audience', 'bytes', 'client', 'country', 'day', 'device', 'durationMs', 'earlierVisitor', 'family', 'input', 'kind', 'lineNumber', 'method', 'os',
      'pageView', 'path', 'referrerHost', 'robotsTxt', 'site', 'status', 'timeMs', 'upstreamMs', 'visitor',
    ]);
  });

  test('asks for the key of a day that has none, and gives no token where the key is destroyed', () => {
    expect(createAnonymiser(tools({}))(line())).toEqual({ keyWanted: { site: 'shop', day: '2026-03-02' } });
    expect(publicOf(createAnonymiser(tools({ '2026-03-02': 'destroyed' }))(line({ status: 500 })))).toMatchObject({ visitor: null, client: null, earlierVisitor: null });
  });

  test('hashes under both keys within half an hour of midnight, and not after', () => {
    const anonymise = createAnonymiser(tools({ '2026-03-02': key, '2026-03-01': older }));
    expect(publicOf(anonymise(line({ timeMs: startMs + 1_800_000 }))).earlierVisitor).toContain('before:shop');
    expect(publicOf(anonymise(line({ timeMs: startMs + 1_800_001 }))).earlierVisitor).toBeNull();
    expect(publicOf(createAnonymiser(tools({ '2026-03-02': key, '2026-03-01': 'destroyed' }))(line({ timeMs: startMs }))).earlierVisitor).toBeNull();
  });

  test('shows the client token on failed requests only', () => {
    const anonymise = createAnonymiser(tools({ '2026-03-02': key }));
    expect(publicOf(anonymise(line({ status: 399 }))).client).toBeNull();
    expect(publicOf(anonymise(line({ status: 400 }))).client).toBe('today:shop:c0000201');
  });

  test('folds what too few clients had, blurs its size, and lets bots help nobody', () => {
    const anonymise = createAnonymiser(tools({ '2026-03-02': key }));
    const first = publicOf(anonymise(line()));
    expect(first).toMatchObject({ path: 'other', country: 'other', family: 'other', bytes: 12_000, durationMs: 1200, upstreamMs: -1, referrerHost: 'direct' });
    expect(publicOf(anonymise(line({ address: 2, bot: true }))).path).toBe('other');
    expect(publicOf(anonymise(line({ address: 2 })))).toMatchObject({ path: '/reef', country: 'FR', family: 'Firefox', bytes: 12_345, durationMs: 1234 });
  });

  test('remembers the token of an address until it is told to forget: a key has died', () => {
    let hashed = 0;
    const counting = tools({ '2026-03-02': key });
    const anonymiser = new Anonymiser({
      ...counting,
      visitorToken: (of, site, bytes, agent) => {
        hashed += 1;
        return counting.visitorToken(of, site, bytes, agent);
      },
    });
    for (let index = 0; index < 3; index += 1) anonymiser.take(line());
    expect(hashed).toBe(1);
    anonymiser.forget();
    anonymiser.take(line());
    expect(hashed).toBe(2);
  });

  test('keeps two significant digits', () => {
    expect([0, -1, 7, 99, 100, 104, 105, 12_345, 99_900].map(twoDigits)).toEqual([0, -1, 7, 99, 100, 100, 110, 12_000, 100_000]);
  });
});
