/** A push lets others work, however its work is spread: over many streams, over few long lines, or over metadata. What cannot be used stands there with its reason. */
import { expect, test } from 'vitest';
import { jsonMessage } from '../../../test/push-bodies.ts';
import type { TextLine } from '../output.ts';
import { ScrubbedBytes } from '../scrub/scrubbed-bytes.ts';
import { prepare } from './prepare.ts';
import type { PrepareTools } from './prepare.ts';
import { Targets } from './targets.ts';

const entry = (line: string, pairs = 0) => ({ ns: 1n, line, metadata: Object.fromEntries(Array.from({ length: pairs }, (_, pair) => [`name${pair}`, 'value'])) });
const streamOf = (entries: ReturnType<typeof entry>[], number = 0) => ({ labels: { job: `job${number}` }, entries });

const line: TextLine = { timeMs: 0, source: new ScrubbedBytes(0), start: 0, end: 0, metadata: [] };
const tools: PrepareTools = {
  snappy: { declaredLength: () => null, unpackBlock: () => null },
  unpackedBytes: 1e7, ratio: 20, mostEntries: 1e5, mostLineBytes: 1e6,
  fingerprint: (sender, bytes) => `${sender} ${bytes.length}`,
  targetsOf: () => new Targets({ input: 'agent', labels: [], rules: [], sites: ['ocean'], restSite: 'ocean', scrub: (text) => text, overflow: () => undefined }),
  createScrub: () => () => line,
  nowMs: () => 0,
  breathe: () => Promise.resolve(),
}; // prettier-ignore
const prepared = (body: Buffer, isKnown: (batch: string) => boolean = () => false): ReturnType<typeof prepare> => prepare({ ...tools, mostLineBytes: 5 }, { sender: 'agent', body, form: { json: true, encoding: '' }, isKnown });

/** The longest time in one piece, where scrubbing takes a millisecond for every 200 bytes or pair of metadata. */
async function longestPieceMs(streams: ReturnType<typeof streamOf>[]): Promise<number> {
  let [nowMs, sinceMs, longest] = [0, 0, 0];
  const slow: PrepareTools = {
    ...tools,
    createScrub: () => (_stream, { start, end, metadata }) => {
      nowMs += (end - start) / 200 + metadata.length;
      longest = Math.max(longest, nowMs - sinceMs);
      return line;
    },
    nowMs: () => nowMs,
    breathe: () => Promise.resolve(void (sinceMs = nowMs)),
  };
  await prepare(slow, { sender: 'agent', body: jsonMessage(streams), form: { json: true, encoding: '' }, isKnown: () => false });
  return longest;
}

test.each([
  ['thousands of streams of one line', Array.from({ length: 3000 }, (_, number) => streamOf([entry('x'.repeat(200))], number)), 11],
  ['short lines of one stream', [streamOf(Array.from({ length: 3000 }, () => entry('x'.repeat(200))))], 31],
  // A line is scrubbed in one piece: here 20 ms each.
  ['long lines of one stream', [streamOf(Array.from({ length: 100 }, () => entry('x'.repeat(4000))))], 41],
  ['lines with much metadata', [streamOf(Array.from({ length: 500 }, () => entry('x', 32)))], 65],
])('%s', async (_what, streams, mostMs) => {
  expect(await longestPieceMs(streams)).toBeLessThanOrEqual(mostMs);
});

test('a line that is too long or has nothing to see stands there with its reason, and so does poison', async () => {
  const values = ['12345', '123456', '', ' \t', '\u00a0', 'é', ' x'].map((text) => ['1', text]);
  const body = Buffer.from(JSON.stringify({ streams: [{ stream: {}, values: [...values, ['soon', 'x'], 5] }] }));
  expect(await prepared(body)).toMatchObject({ streams: [{ kind: 'text', lines: [line, 'too_long', 'empty', 'empty', 'empty', line, line, 'bad_time', 'malformed'] }] });
});

test('access lines keep their text, and poison among them its reason', async () => {
  const body = Buffer.from(JSON.stringify({ streams: [{ stream: { stream: 'access' }, values: [['1', 'first'], 5, ['1', '']] }] }));
  expect(await prepared(body)).toMatchObject({ streams: [{ kind: 'access', rule: null, lines: ['first', ''], poison: ['malformed'] }] });
});

test('a batch that is known is said to be so, by sender and content', async () => {
  const body = jsonMessage([streamOf([entry('x')])]);
  const batch = `agent ${body.length}`;
  expect(await prepared(body)).toMatchObject({ sender: 'agent', batch });
  expect(await prepared(body, (asked) => asked === batch)).toEqual({ repeated: batch });
});
