/** What is told of a word by its bytes is what is said of it when every pattern looks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canaries } from '../../test/canaries.ts';
import { isPlainWord, isShortNumber } from './cheap-words.ts';
import { noJoints } from './word-joints.ts';
import { kindsOf } from './word-kinds.ts';
import { holdsTime } from './near-times.ts';
import { judgeWord, plain } from './word-verdict.ts';

const kindsIn = (bytes: Buffer): number => bytes.reduce((kinds, byte) => kinds | (kindsOf[byte] ?? 0), 0);
const known = canaries.flatMap(({ encodings }) => encodings.map(({ text }) => text));
const part = fc.oneof(
  fc.constantFrom(...known),
  fc.constantFrom('0x', '0xc0', '192', '.', '.513', '//', '/', 'a:/', ':', '::', 'ms', '*', '#', '(', ')', ',', 'token', 'Authorization:', 'x-auth-token:', 'password:', 'passwd:', 'Secret:', 'apikey:', 'Basic', 'bearer', 'digest', 'session_id', 'FR', '76', 'ey', 'AbCdEfGhIj', 'a', 'B', "'", ';', '1', '22'),
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdefxXRT.:/,()#*')), maxLength: 9 }),
  fc.string({ maxLength: 5 }),
);
/** As words are cut: no blank, and a quote only at the end. */
const words = fc.tuple(fc.array(part, { maxLength: 4 }), fc.constantFrom('', '', '"')).map(([parts, end]) => `${parts.join('').replace(/[\s"]/g, '')}${end}`);

test('a plain word is one in which nothing is found, that takes nothing and joins nothing; a short number may join', () => {
  const told = { plain: 0, number: 0 };
  fc.assert(fc.property(words, (text) => {
    const bytes = Buffer.from(text);
    const around = Buffer.concat([Buffer.from('9'), bytes, Buffer.from('9')]);
    if (isPlainWord(around, 1, 1 + bytes.length, kindsIn(bytes))) {
      told.plain += 1;
      expect(judgeWord(text)).toBe(plain);
    } else if (isShortNumber(around, 1, 1 + bytes.length, kindsIn(bytes))) {
      told.number += 1;
      expect({ ...judgeWord(text), ...noJoints }).toEqual(plain);
      expect(holdsTime(text)).toBe(false);
    }
  }), { numRuns: 20_000 });
  // Both are told often enough for the test to mean something.
  expect(Math.min(told.plain, told.number)).toBeGreaterThan(300);
});

test('the words that logs are full of are told so', () => {
  for (const text of ['[error]', 'open()', 'failed', '(No', 'client:', 'GET', '"', '/en/coral.html', 'HTTP', 'caller', 'server:']) expect(isPlainWord(Buffer.from(text), 0, text.length, kindsIn(Buffer.from(text))), text).toBe(true);
  for (const text of ['*4711', '31#31:', '19.998ms', '200', '(2:', '0.5s', "'17'", '1/2']) expect(isShortNumber(Buffer.from(text), 0, text.length, kindsIn(Buffer.from(text))), text).toBe(true);
  // A telephone number has its dot where it likes.
  for (const text of ['0612.345678', '1234.5678', '12345678']) expect(isShortNumber(Buffer.from(text), 0, text.length, kindsIn(Buffer.from(text))), text).toBe(false);
});
