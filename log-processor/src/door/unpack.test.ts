/** A small body must not become a large memory: every limit holds before the memory is asked for. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { snappyBlock } from '../../../test/push-bodies.ts';
import { declaredLength, unpackBlock } from '../loki/snappy-block.ts';
import { PushRefused } from './pushed.ts';
import type { Form } from './pushed.ts';
import { unpack } from './unpack.ts';

const limits = { unpackedBytes: 4_194_304, ratio: 100, snappy: { declaredLength, unpackBlock } };
const text = Buffer.from('{"streams":[]}');
const json = (encoding: Form['encoding']): Form => ({ json: true, encoding });
const protobuf = (encoding: Form['encoding']): Form => ({ json: false, encoding });
const answer = (body: Buffer, form: Form): Promise<unknown> =>
  unpack(body, form, limits).then(
    (bytes) => bytes.length,
    (error: unknown) => (error instanceof PushRefused ? error.answer.status : error),
  );

describe('what is packed', () => {
  test.each([
    ['JSON', text, json('')], ['JSON in gzip', gzipSync(text), json('gzip')], ['JSON in deflate with its header', deflateSync(text), json('deflate')], ['JSON in deflate without', deflateRawSync(text), json('deflate')],
    ['snappy', snappyBlock(text), protobuf('')], ['snappy that says so', snappyBlock(text), protobuf('snappy')], ['snappy in gzip', gzipSync(snappyBlock(text)), protobuf('gzip')],
  ] as const)('%s is opened', async (_, body, form) => {
    expect(await unpack(body, form, limits)).toEqual(text);
  });

  test.each([
    ['text that is no snappy', text, protobuf('')], ['nothing', Buffer.alloc(0), protobuf('')], ['half a block', snappyBlock(Buffer.alloc(1000, 'ab')).subarray(0, 9), protobuf('')], ['no gzip', text, json('gzip')],
    ['half a gzip', gzipSync(text).subarray(0, 12), json('gzip')], ['snappy JSON', snappyBlock(text), json('snappy')],
  ] as const)('%s is 400', async (_, body, form) => {
    expect(await answer(body, form)).toBe(400);
  });
});

describe('a bomb is 413', () => {
  const zeros = Buffer.alloc(64 * 1_048_576);
  test('in gzip and deflate', async () => {
    expect(await answer(gzipSync(zeros), json('gzip'))).toBe(413);
    expect(await answer(deflateRawSync(zeros), json('deflate'))).toBe(413);
  });
  test('in snappy, by what the block says of itself', async () => {
    expect(await answer(snappyBlock(zeros), protobuf(''))).toBe(413);
    expect(await answer(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]), protobuf(''))).toBe(413);
  });
  test('in snappy within gzip', async () => {
    expect(await answer(gzipSync(snappyBlock(zeros)), protobuf('gzip'))).toBe(413);
  });
  test('by its ratio alone', async () => {
    const repetitive = Buffer.alloc(3 * 1_048_576, 'the same again ');
    expect(await answer(gzipSync(repetitive), json('gzip'))).toBe(413);
    expect(await answer(repetitive, json(''))).toBe(repetitive.length);
    // Over both packings together, not by each.
    expect(await answer(snappyBlock(repetitive), protobuf(''))).toBe(repetitive.length);
    expect(await answer(gzipSync(snappyBlock(repetitive)), protobuf('gzip'))).toBe(413);
  });
});
