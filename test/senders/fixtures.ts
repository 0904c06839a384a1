/** Bytes as senders put them on the wire, written by hand from their documented formats: each line of hexadecimal is one field of push.proto or one part of an HTTP body. */
import type { Sent } from '../push-bodies.ts';

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, ''), 'hex');
const hex = (text: string): string => Buffer.from(text).toString('hex');

/** A snappy block of one literal: length, then 61 << 2 with two bytes of length minus one (format_description.txt, 2.1). */
function literalBlock(message: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = message.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  const size = message.length - 1;
  return Buffer.concat([Buffer.from([...length, 0xf4, size & 0xff, size >> 8]), message]);
}

const varint = (value: number): string => (value < 0x80 ? value.toString(16).padStart(2, '0') : `${((value & 0x7f) | 0x80).toString(16)}${varint(Math.floor(value / 0x80))}`);
const field = (tag: string, content: string): string => `${tag}${varint(content.length / 2)}${content}`;

/** PushRequest { streams { labels, entries { timestamp { seconds, nanos }, line, metadata? }, hash } }, in the order in which Go's gogoproto writes them. */
function message(labels: string, seconds: number, lines: readonly string[], metadata = ''): Buffer {
  const entries = lines.map((line, number) => field('12', field('0a', `08${varint(seconds)}10${varint(number + 1)}`) + field('12', hex(line)) + metadata));
  return bytes(field('0a', field('0a', hex(labels)) + entries.join('') + `18${varint(12_345)}`));
}

const pair = (name: string, value: string): string => field('1a', field('0a', hex(name)) + field('12', hex(value)));

/** What each sends for two lines of one stream. `seconds` is the time of both. */
export const fixtures = (seconds: number, lines: readonly [string, string]): Readonly<Record<string, Sent>> => {
  const ns = (number: number): string => `${seconds}${String(number).padStart(9, '0')}`;
  return {
    promtail: { headers: { 'content-type': 'application/x-protobuf', 'user-agent': 'promtail/3.6.15' }, body: literalBlock(message('{job="promtail"}', seconds, lines)) },
    alloy: { headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', 'user-agent': 'Alloy/v1.18.1 (linux; docker)' }, body: literalBlock(message('{job="alloy", service_name="alloy"}', seconds, lines, pair('detected_level', 'error'))) },
    vector: { headers: { 'content-type': 'application/x-protobuf', 'user-agent': 'Vector/0.57.0 (x86_64-unknown-linux-gnu)' }, body: literalBlock(message('{job="vector"}', seconds, lines)) },
    'vector-json': { headers: { 'content-type': 'application/json', 'user-agent': 'Vector/0.57.0' }, body: Buffer.from(`{"streams":[{"stream":{"job":"vector-json"},"values":[["${ns(1)}",${JSON.stringify(lines[0])}],["${ns(2)}",${JSON.stringify(lines[1])}]]}]}`) },
    'fluent-bit': { headers: { 'content-type': 'application/json', 'user-agent': 'Fluent-Bit' }, body: Buffer.from(`{"streams":[{"stream":{"job":"fluent-bit"},"values":[["${ns(1)}",${JSON.stringify(lines[0])}],["${ns(2)}",${JSON.stringify(lines[1])},{"pod":"a"}]]}]}`) },
  };
};
