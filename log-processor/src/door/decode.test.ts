/** Every wire format of a push says the same, and bytes that are none cost nothing but an answer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonMessage, protobufMessage } from '../../../test/push-bodies.ts';
import type { Pushed } from '../../../test/push-bodies.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { hasShape } from './json-shape.ts';
import { parseLabels } from './parse-labels.ts';
import { isPoison, PushRefused } from './pushed.ts';
import type { PushedStream } from './pushed.ts';

const streams = [
  { labels: { job: 'nginx', host: 'web "1"' }, entries: [{ ns: 1_795_844_354_123_456_789n, line: 'first "quoted" \\ é 🐋', metadata: { trace: 'a', span: 'b' } }, { ns: 1_795_844_354_999_999_999n, line: '' }] },
  { labels: {}, entries: [{ ns: 0n, line: 'of 1970' }] },
];
/** The lines as texts. */
const read = (pushed: readonly PushedStream[]): unknown =>
  pushed.map(({ labels, entries }) => ({ labels, entries: entries.map((entry) => (isPoison(entry) ? entry : { timeMs: entry.timeMs, line: entry.bytes.toString('utf8', entry.start, entry.end), metadata: entry.metadata })) }));
const refusal = (deed: () => unknown): unknown => {
  try {
    deed();
  } catch (error) {
    if (error instanceof PushRefused) return error.answer;
    throw error;
  }
  return null;
};

describe('a push', () => {
  test('is the same in protobuf and in JSON: labels, milliseconds, lines, metadata', () => {
    const expected = [
      { labels: new Map(Object.entries(streams[0]!.labels)), entries: [{ timeMs: 1_795_844_354_123, line: 'first "quoted" \\ é 🐋', metadata: [['trace', 'a'], ['span', 'b']] }, { timeMs: 1_795_844_354_999, line: '', metadata: [] }] },
      { labels: new Map(), entries: [{ timeMs: 0, line: 'of 1970', metadata: [] }] },
    ];
    expect(read(decodeProtobuf(protobufMessage(streams), 10))).toEqual(expected);
    expect(read(decodeJson(jsonMessage(streams), 10))).toEqual(expected);
  });

  test('with more entries than allowed is 413, in both', () => {
    expect(refusal(() => decodeProtobuf(protobufMessage(streams), 2))).toMatchObject({ status: 413 });
    expect(refusal(() => decodeJson(jsonMessage(streams), 2))).toMatchObject({ status: 413 });
  });

  test('with fields nobody knows is read all the same', () => {
    const unknown = Buffer.from([0x98, 0x06, 0x2a, 0x9a, 0x06, 0x01, 0x41, 0x9d, 0x06, 1, 2, 3, 4, 0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(decodeProtobuf(Buffer.concat([unknown, protobufMessage(streams), unknown]), 10)).toHaveLength(2);
  });
});

describe('poison', () => {
  test('one broken entry of protobuf costs no other', () => {
    const good = protobufMessage([{ labels: { a: 'b' }, entries: [{ ns: 5_000_000n, line: 'good' }] }]);
    // The same stream with an entry in front whose line says to be longer than the entry.
    const stream = good.subarray(2);
    const broken = Buffer.from([0x12, 0x03, 0x12, 0x7f, 0x41]);
    const both = Buffer.concat([Buffer.from([0x0a, stream.length + broken.length]), stream.subarray(0, 9), broken, stream.subarray(9)]);
    expect(read(decodeProtobuf(both, 10))).toMatchObject([{ entries: [{ poison: 'malformed' }, { timeMs: 5, line: 'good', metadata: [] }] }]);
  });

  test.each([
    ['no list', '5', 'malformed'], ['no line', '["5000000"]', 'malformed'], ['a line that is no text', '["5000000", 7]', 'malformed'],
    ['a time before 1970', '["-5", "x"]', 'bad_time'], ['a time that is no number', '["soon", "x"]', 'bad_time'], ['a time of twenty digits', '["12345678901234567890", "x"]', 'bad_time'],
    ['a number before 1970', '[-5, "x"]', 'bad_time'], ['a number of more than 63 bits', '[9223372036854775808, "x"]', 'bad_time'],
  ])('an entry of JSON with %s costs no other', (_, entry, poison) => {
    const body = Buffer.from(`{"streams":[{"stream":{"a":"b"},"values":[["5000000","before"],${entry},["6000000","after"]]}]}`);
    expect(read(decodeJson(body, 10))).toMatchObject([{ entries: [{ timeMs: 5, line: 'before', metadata: [] }, { poison }, { timeMs: 6, line: 'after', metadata: [] }] }]);
  });

  test('a time of protobuf before 1970, or with more nanoseconds than a second has, costs no other entry', () => {
    const negative = protobufMessage([{ labels: {}, entries: [{ ns: -5_000_000_000n, line: 'x' }, { ns: 6_000_000n, line: 'after' }] }]);
    expect(read(decodeProtobuf(negative, 10))).toMatchObject([{ entries: [{ poison: 'bad_time' }, { timeMs: 6, line: 'after' }] }]);
    const nanos = (...varint: number[]): Buffer => Buffer.from([0x0a, varint.length + 9, 0x0a, 2, 0x7b, 0x7d, 0x12, varint.length + 3, 0x0a, varint.length + 1, 0x10, ...varint]);
    expect(read(decodeProtobuf(nanos(0xff, 0x93, 0xeb, 0xdc, 0x03), 10))).toMatchObject([{ entries: [{ timeMs: 999 }] }]);
    expect(read(decodeProtobuf(nanos(0x80, 0x94, 0xeb, 0xdc, 0x03), 10))).toMatchObject([{ entries: [{ poison: 'bad_time' }] }]);
  });

  test('of one entry of protobuf 128 pairs are read', () => {
    const metadata = Object.fromEntries(Array.from({ length: 130 }, (_, pair) => [`m${pair}`, '']));
    const [stream] = decodeProtobuf(protobufMessage([{ labels: {}, entries: [{ ns: 1n, line: 'x', metadata }] }]), 10);
    expect(stream?.entries.map((entry) => (isPoison(entry) ? 0 : entry.metadata.length))).toEqual([128]);
  });

  test('a length or a number that runs out of its message is no push, also where more bytes follow', () => {
    const stream = (...inner: number[]): Buffer => Buffer.from([0x0a, inner.length, ...inner, 0x0a, 4, 0x0a, 2, 0x7b, 0x7d]);
    expect(refusal(() => decodeProtobuf(stream(0x0a, 4, 0x7b, 0x7d), 10))).toMatchObject({ status: 400 });
    expect(refusal(() => decodeProtobuf(stream(0x0a, 2, 0x7b, 0x7d, 0x18, 0x80), 10))).toMatchObject({ status: 400 });
    expect(refusal(() => decodeProtobuf(stream(0x0a, 2, 0x7b, 0x7d, 0x18, ...Array.from({ length: 10 }, () => 0x80), 1), 10))).toMatchObject({ status: 400 });
  });

  test.each(['', 'x', '{}', '{"streams":{}}', '{"streams":[5]}', '{"streams":[{"stream":{}}]}', '[]', 'null', '{"streams":[{"stream":{},"values":[]}]'])('the JSON %j is no push, and the answer holds nothing of it', (body) => {
    expect(refusal(() => decodeJson(Buffer.from(body), 10))).toMatchObject({ status: 400 });
  });

  test('streams are counted before their labels are read, in both', () => {
    const [protobuf, json] = [Buffer.from([0x0a, 4, 0x0a, 2, 0x7b, 0x7d]), '{"stream":{},"values":[]}'];
    const many = (streams: number): unknown[] => [refusal(() => decodeProtobuf(Buffer.concat(Array.from({ length: streams }, () => protobuf)), 10_000)), refusal(() => decodeJson(Buffer.from(`{"streams":[${Array.from({ length: streams }, () => json).join(',')}]}`), 10_000))];
    expect(many(10_000)).toEqual([null, null]);
    expect(many(10_001)).toMatchObject([{ status: 413, words: 'too many streams' }, { status: 413, words: 'too many streams' }]);
  });

  test('pairs of labels and metadata are counted over the whole push, in both', () => {
    const push = (entries: number, pairs: number): readonly Pushed[] => [{ labels: { a: 'b' }, entries: Array.from({ length: entries }, () => ({ ns: 1n, line: 'x', metadata: Object.fromEntries(Array.from({ length: pairs }, (_, pair) => [`m${pair}`, ''])) })) }];
    const said = (pushed: readonly Pushed[]): unknown[] => [refusal(() => decodeProtobuf(protobufMessage(pushed), 10_000)), refusal(() => decodeJson(jsonMessage(pushed), 10_000))];
    expect(said(push(2499, 100))).toEqual([null, null]);
    expect(said(push(2500, 100))).toMatchObject([{ status: 413, words: 'too many pairs' }, { status: 413, words: 'too many pairs' }]);
  });

  test('a push as large as all caps allow is no bomb of JSON', () => {
    const pairs = { m0: '', m1: '' };
    const streams = Array.from({ length: 10_000 }, () => ({ labels: { a: 'b', c: 'd' }, entries: Array.from({ length: 10 }, () => ({ ns: 1n, line: 'x', metadata: pairs })) }));
    expect(decodeJson(jsonMessage(streams), 100_000)).toHaveLength(10_000);
  });

  test('names of prototypes are names', () => {
    const [stream] = decodeJson(Buffer.from('{"streams":[{"stream":{"__proto__":"x","constructor":"y"},"values":[["1","x",{"__proto__":"z"}]]}]}'), 10);
    expect([...(stream?.labels ?? [])]).toEqual([['__proto__', 'x'], ['constructor', 'y']]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('shapes of JSON that are refused before they are parsed', () => {
  const limits = { depth: 8, values: 1000 };
  test.each([
    ['two million lists in one another', '['.repeat(2_000_000), false], ['a million empty lists', `[${'[],'.repeat(1_000_000)}]`, false], ['a million numbers', `[${'1,'.repeat(1_000_000)}1]`, false],
    ['brackets in strings', `["${'['.repeat(5000)}"]`, true], ['escaped quotes before brackets', `["\\"${'['.repeat(5000)}\\\\"]`, true], ['a string that has no end', `["${'['.repeat(5000)}`, true],
  ])('%s: %s', (_, text, fits) => {
    expect(hasShape(Buffer.from(text), limits)).toBe(fits);
  });
});

describe('labels', () => {
  test.each([
    ['{}', {}], ['{ job="a" }', { job: 'a' }], ['{job="a",host="b",}', { job: 'a', host: 'b' }], ['{job="a\\"b\\\\c\\n\\u00e9\\x41\\101"}', { job: 'a"b\\c\né' + 'AA' }], ['{job=`a"b\\`}', { job: 'a"b\\' }], ['{a = "1" , b = "2"}', { a: '1', b: '2' }], ['{a="\\U00110000"}', { a: '\ufffd' }],
  ])('%s', (text, expected) => {
    expect(Object.fromEntries(parseLabels(text))).toEqual(expected);
  });
  test('more than a hundred are none', () => {
    const many = (count: number): string => `{${Array.from({ length: count }, (_, label) => `l${label}=""`).join(',')}}`;
    expect(parseLabels(many(100)).size).toBe(100);
    expect(() => parseLabels(many(101))).toThrow(PushRefused);
  });
  test.each(['', 'job="a"', '{job=a}', '{job="a"', '{job="a"}}', '{job="a" host="b"}', '{job="a",job="b"}', '{1="a"}', '{job="a"} x', '{job="'])('%j is none', (text) => {
    expect(() => parseLabels(text)).toThrow(PushRefused);
  });
});

describe('fuzzed', () => {
  const whole = protobufMessage(streams);
  test('bytes that were changed give a push or a refusal, and nothing else', () => {
    const change = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(change, fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const said = refusal(() => decodeProtobuf(bytes, 1000));
        if (said !== null) expect(said).toMatchObject({ status: 400 });
      }),
      { numRuns: 20_000 },
    );
  });
  test('any bytes at all do the same, in both', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      refusal(() => decodeProtobuf(Buffer.from(bytes), 1000));
      refusal(() => decodeJson(Buffer.from(bytes), 1000));
    }), { numRuns: 5000 });
  });
});
