import fc from 'fast-check';
import protobuf from 'protobufjs';
import { uncompressSync } from 'snappy';
import { describe, expect, test } from 'vitest';
import { createBodyBuilder, encodeMetadata } from './body.ts';
import { decodeBody, keepEntries } from './decode-body.ts';

// An independent reader: protobufjs with the fields of Loki's push.proto.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message PushRequest { repeated Stream streams = 1; string format = 2; }
  message Stream { string labels = 1; repeated Entry entries = 2; uint64 hash = 3; }
  message Entry { Timestamp timestamp = 1; string line = 2; repeated Pair structuredMetadata = 3; repeated Pair parsed = 4; }
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
  message Pair { string name = 1; string value = 2; }
`);
const pushRequest = root.lookupType('PushRequest');

type Read = {
  streams: {
    labels: string;
    entries: { timestamp: { seconds: string; nanos: number }; line: string; structuredMetadata: { name: string; value: string }[] }[];
  }[];
};
const independent = (payload: Uint8Array): Read =>
  pushRequest.toObject(pushRequest.decode(uncompressSync(payload) as Buffer), { longs: String, defaults: true, arrays: true }) as Read;

const entry = fc.record({
  timeMs: fc.oneof(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 1_700_000_000_000, max: 8_000_000_000_000 })),
  subNs: fc.integer({ min: 0, max: 999_999 }),
  line: fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 })),
  metadata: fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 200 })), { maxLength: 4 }),
});

const nsOf = (timeMs: number, subNs: number): string => (BigInt(timeMs) * 1_000_000n + BigInt(subNs)).toString();
const build = (entries: { timeMs: number; subNs: number; line: string; metadata: [string, string][] }[]) => {
  const builder = createBodyBuilder({ labels: { job: 'tidewatch', input: 'main' }, kind: 'access', input: 'main' });
  for (const each of entries) builder.add(each.timeMs, each.subNs, each.line, encodeMetadata(each.metadata));
  return builder;
};

/** The uncompressed message as protobufjs writes it; what is 0 or empty it leaves out. */
const independently = (entries: { timeMs: number; subNs: number; line: string; metadata: [string, string][] }[]): Uint8Array =>
  pushRequest
    .encode({
      streams: [
        {
          labels: '{input="main", job="tidewatch"}',
          entries: entries.map(({ timeMs, subNs, line, metadata }) => ({
            timestamp: { seconds: Math.floor(timeMs / 1000), nanos: (timeMs % 1000) * 1_000_000 + subNs },
            line,
            structuredMetadata: metadata.map(([name, value]) => ({ name, value })),
          })),
        },
      ],
    })
    .finish();

describe('a body', () => {
  test('is read by an independent protobuf reader as the lines that were added, in their order', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 40 }), (entries) => {
        const body = build(entries).finish();
        const { streams } = independent(body.payload);
        expect(streams).toHaveLength(1);
        expect(streams[0]?.labels).toBe('{input="main", job="tidewatch"}');
        expect(
          streams[0]?.entries.map(({ timestamp, line, structuredMetadata }) => ({
            ns: (BigInt(timestamp.seconds) * 1_000_000_000n + BigInt(timestamp.nanos)).toString(),
            line,
            metadata: structuredMetadata.map(({ name, value }) => [name, value]),
          })),
        ).toEqual(entries.map(({ timeMs, subNs, line, metadata }) => ({ ns: nsOf(timeMs, subNs), line: line.toWellFormed(), metadata })));
      }),
    );
  });

  test('is read back by the project itself, with its count and its earliest and latest time', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 40 }), (entries) => {
        const body = build(entries).finish();
        const times = entries.map(({ timeMs, subNs }) => BigInt(nsOf(timeMs, subNs))).sort((a, b) => (a < b ? -1 : 1));
        expect(body.lines).toBe(entries.length);
        expect(BigInt(body.firstNs)).toBe(times[0]);
        expect(BigInt(body.lastNs)).toBe(times.at(-1));
        expect(decodeBody(body.payload).entries).toEqual(
          entries.map(({ timeMs, subNs, line, metadata }) => ({ ns: nsOf(timeMs, subNs), line: line.toWellFormed(), metadata })),
        );
      }),
    );
  });

  test('of lines that are written in place is byte for byte the body of the same lines added', () => {
    const length = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constantFrom(100, 113, 114, 127, 128, 129, 16_360, 16_369, 16_383, 16_384, 70_000));
    fc.assert(
      fc.property(fc.array(fc.record({ timeMs: fc.integer({ min: 1000, max: 8_000_000_000_000 }), length }), { minLength: 1, maxLength: 12 }), (lines) => {
        const builder = build([{ timeMs: 7000, subNs: 7, line: 'first', metadata: [['a', 'b']] }]);
        const texts = lines.map((line, place) => String.fromCharCode(97 + place).repeat(line.length));
        for (const [place, text] of texts.entries()) {
          const start = builder.beginLine(lines[place]?.timeMs ?? 0, place + 1, text.length + 10);
          for (let index = 0; index < text.length; index += 1) builder.view.setUint8(start + index, text.charCodeAt(index));
          builder.endLine(start + text.length);
        }
        const added = texts.map((line, place) => ({ timeMs: lines[place]?.timeMs ?? 0, subNs: place + 1, line, metadata: [] }));
        const expected = independently([{ timeMs: 7000, subNs: 7, line: 'first', metadata: [['a', 'b']] }, ...added]);
        expect(Buffer.compare(uncompressSync(builder.finish().payload) as Buffer, expected)).toBe(0);
      }),
    );
  });

  test('is byte for byte what an independent encoder writes, with metadata longer than any line', () => {
    const wide = fc.record({
      timeMs: fc.integer({ min: 1000, max: 8_000_000_000_000 }),
      subNs: fc.integer({ min: 1, max: 999_999 }),
      line: fc.integer({ min: 1, max: 200 }).map((bytes) => 'l'.repeat(bytes)),
      metadata: fc.constantFrom(0, 1, 90, 16_300, 2_200_000).map((bytes): [string, string][] => (bytes === 0 ? [] : [['m', 'v'.repeat(bytes)]])),
    });
    fc.assert(
      fc.property(fc.array(wide, { minLength: 1, maxLength: 4 }), (entries) => {
        expect(Buffer.compare(uncompressSync(build(entries).finish().payload) as Buffer, independently(entries))).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('can be built again after it was finished, and says how large it is meanwhile', () => {
    const builder = build([{ timeMs: 5, subNs: 0, line: 'first', metadata: [] }]);
    const empty = createBodyBuilder({ labels: { job: 'tidewatch', input: 'main' }, kind: 'access', input: 'main' }).size;
    expect(builder.size).toBeGreaterThan(empty + 5);
    builder.finish();
    expect([builder.size, builder.lines]).toEqual([empty, 0]);
    builder.add(9, 1, 'second', encodeMetadata([]));
    const body = builder.finish();
    expect([body.firstNs, body.lastNs, body.lines]).toEqual(['9000001', '9000001', 1]);
  });

  test('without a line cannot be finished', () => {
    expect(() => build([]).finish()).toThrow(RangeError);
  });

  test('grows over its first buffer without changing a byte', () => {
    const entries = Array.from({ length: 3000 }, (_, place) => ({ timeMs: place, subNs: place, line: `é${'x'.repeat(place % 500)}`, metadata: [] }));
    const { streams } = independent(build(entries).finish().payload);
    expect(streams[0]?.entries.map(({ line }) => line)).toEqual(entries.map(({ line }) => line));
  });

  test('keeps exactly the entries it is asked to keep', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), fc.infiniteStream(fc.boolean()), (entries, coins) => {
        const body = build(entries).finish();
        const keep = new Set([...entries.keys()].filter((place) => place === 0 || coins.next().value === true));
        const kept = keepEntries(body, keep);
        const expected = build(entries.filter((_entry, place) => keep.has(place))).finish();
        expect({ ...kept, payload: decodeBody(kept.payload) }).toEqual({ ...expected, payload: decodeBody(expected.payload) });
        expect(independent(kept.payload)).toEqual(independent(expected.payload));
      }),
    );
  });
});
