/** The quick way of scrubbing lines says to the last character what the plain one says: no memory, no shortcut, a string and an expression for everything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canaries } from '../../test/canaries.ts';
import { withoutTimes } from './near-times.ts';
import { LineScrubber } from './scrub-line.ts';
import { ScrubbedBytes } from './scrubbed-bytes.ts';
import { secretNames } from './token.ts';
import { jointsOf } from './word-joints.ts';
import { isTime, scrubParts, writeParts } from './word-verdict.ts';

const timeMs = Date.UTC(2026, 10, 28, 5, 39, 14, 123);
const write = (address: string): string => `<${address}>`;
const tools = { write, timeMs };

const heads = /^[(+]?[0-9][0-9()+._ \u00a0\u2000-\u2015\u202f\u2212-]*(?:[abAB](?![0-9A-Za-z]))?/;
const tails = /[(+]?[0-9][0-9()+._ \u00a0\u2000-\u2015\u202f\u2212-]*[abAB]?$/;
const unescaped = (word: string): string => word.replace(/%20/g, ' ').replace(/%2b/gi, '+');
const colours = '(?:\\x1b|\\\\(?:u001b|u001B|x1b|x1B|033|e))\\[[0-9;]{0,16}m';
const edge = `^|\\\\[abefnrtv0]|${colours}`;
const names = `(?:${secretNames})(?:[_-](?:id|token|key|code))?(?:${colours})?`;
const secrets = [new RegExp(`(?:${edge}|[^A-Za-z])(?:[Bb][Ee][Aa][Rr][Ee][Rr]|[Bb][Aa][Ss][Ii][Cc]|[Dd][Ii][Gg][Ee][Ss][Tt])$`), new RegExp(`${names}(?:\\\\{0,8}["'](?::(?:\\\\{0,8}["'])?)?|=(?:${colours})?\\\\{0,8}["'])$`, 'i')];
const namesOfSecrets = new RegExp(`${names}=$`, 'i');
const ibans = new RegExp(`(?:${edge}|[^A-Za-z0-9])[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{0,30}$`);
const headOf = (word: string): string => heads.exec(unescaped(word))?.[0] ?? '';
const tailOf = (word: string): string => tails.exec(unescaped(word))?.[0] ?? '';

type Word = { readonly text: string; readonly start: number; readonly end: number; readonly timed: boolean };
/** A word ends at a blank, behind a quote, and behind the `=` of a plain key that names no secret. */
const secretKey = `[a-z_]{0,22}(?:${secretNames})(?:_(?:id|token|key|code))?=`;
const words = new RegExp(`(?!${secretKey})[a-z_]{1,23}=|[^ \\t\\n\\v\\f\\r"]*"|[^ \\t\\n\\v\\f\\r"]+`, 'g');
const wordsOf = (line: string): Word[] => Array.from(line.matchAll(words), ({ 0: text, index: start }) => ({ text, start, end: start + text.length, timed: withoutTimes(text, timeMs) !== text }));

/** A word with times near that of its line is judged by what is around them. */
const partsOf = ({ text }: Word) => (isTime(text) || (withoutTimes(text, timeMs) !== text && scrubParts(withoutTimes(text, timeMs)).pieces === null) ? { pieces: null, addresses: [], hits: [] } : scrubParts(text));
const takesOf = (word: Word): number => {
  if (word.timed && scrubParts(withoutTimes(word.text, timeMs)).pieces === null) return 0;
  const end = word.text.slice(-200);
  if (end.endsWith('=')) return namesOfSecrets.test(end) ? 1 : 0;
  return ibans.test(end) ? 8 : secrets.some((secret) => secret.test(end)) ? 3 : 0;
};

const tailIn = (word: Word | undefined): string => (word === undefined || word.timed ? '' : tailOf(word.text));
const headIn = (word: Word | undefined): string => (word === undefined || word.timed ? '' : headOf(word.text));

/** How far the digits at the end of a word go on in the next ones, where they are something together. */
function joinedFrom(line: string, words: readonly Word[], first: number): number {
  let [last, joint] = [first, tailIn(words[first])];
  for (let goesOn = joint !== ''; goesOn && joint.length < 80; ) {
    const next = words[last + 1];
    const head = headIn(next);
    if (head === '' || line.slice(words[last]!.end, next!.start) !== ' ') break;
    last += 1;
    joint += ` ${head}`;
    goesOn = head === unescaped(next!.text);
  }
  return last > first && joint.replace(/[^0-9]/g, '').length >= 8 && scrubParts(joint).pieces !== null ? last : first;
}

function scrubPlainly(line: string): string {
  const words = wordsOf(line);
  const reach = (index: number): number => Math.max(joinedFrom(line, words, index), Math.min(index + takesOf(words[index]!), words.length - 1));
  let [output, copied] = ['', 0];
  for (let index = 0; index < words.length; index += 1) {
    let last = reach(index);
    for (let word = index + 1; word <= last; word += 1) last = Math.max(last, reach(word));
    const { start } = words[index]!;
    const parts = last === index ? partsOf(words[index]!) : scrubParts(line.slice(start, words[last]!.end));
    index = last;
    if (parts.pieces === null) continue;
    output += line.slice(copied, start) + writeParts(parts, write);
    copied = words[last]!.end;
  }
  return output + line.slice(copied);
}

const known = canaries.flatMap(({ encodings }) => encodings.map(({ text }) => text));
const telling = [
  'client:', '2026/11/28', '05:39:14', '[error]', '31#31:', '*4711', '"', 'token=', '"token":', '"session"', ':', '"password":"', 'Bearer', 'Basic', 'Digest', 'abcdefgh', '+33', '06', '12', '(0)', '34', '56', '78', '4111', '1111', 'FR76', '3000', '6000', '0112', '3456', '7890', '189', '2A', '2b,',
  '1', '84', '01', '75', '123', '1795844354', '1795844354123', '3405803785', 'x1795844354', 'é', '🐋', '\u00a0', 'ip=', "'password':", "'hunter2'", 'token="', '\\"key\\"', ':\\"', 'x\\nFR76', '\\tBearer', '\u001b[31mtoken\u001b[0m=abc', '\u001b[1;31mBasic', '06\u202f12', '%2B33', '5%206', '\0', '1\0', "'", "'otp'", '\\nfe80::1', '192.0.2.1:80', '[2001:db8::1]:443', '2001:db8::', '\ufdd0', '\ue000', 'a@b.example', '/srv/x', 'HTTP/1.1",', '{"a":', 'took=', 'addr="', 'token=a=b=c=d', 'user_session_id=x', 'state=', 'a=b=token=c', 'A_b=', '==', '"time":"2026-11-28T05:39:14.123Z","token":"x"', '1/2/3/4', '"1,2,3,4"', '0x7f.0x1', '0xc0.0x201.5', '0x7f.1', 'http://1.2/',
];
const word = fc.oneof(fc.constantFrom(...telling), fc.constantFrom(...known), fc.string({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 4 }), fc.nat(99_999_999).map(String));
const blank = fc.constantFrom(' ', ' ', ' ', ' ', '  ', '\t', '\n', '\r\n', '\v', '');
const line = fc.array(fc.tuple(word, blank), { maxLength: 14 }).map((pairs) => pairs.flat().join('').toWellFormed());

describe('the quick way and the plain way say the same', () => {
  // Few words are remembered, so that some are, some were and some never will be.
  const scrubbers = [new LineScrubber(), new LineScrubber(3)];

  test('of any words in any order', () => {
    fc.assert(fc.property(line, (text) => {
      const expected = scrubPlainly(text);
      for (const scrubber of scrubbers) for (const time of ['first', 'again']) expect(scrubber.scrub(text, tools).text, time).toBe(expected);
    }), { numRuns: 1500 });
  });

  test('of any bytes, wherever they lie', () => {
    const bytes = fc.array(fc.oneof(line.map((text) => Buffer.from(text)), fc.uint8Array({ maxLength: 5 }).map((some) => Buffer.from(some))), { maxLength: 4 }).map((parts) => Buffer.concat(parts));
    fc.assert(fc.property(bytes, fc.nat(40), fc.nat(40), (line, before, after) => {
      const around = Buffer.concat([Buffer.alloc(before, '9'), line, Buffer.alloc(after, '9')]);
      const out = new ScrubbedBytes(0);
      out.write('before');
      scrubbers[0]!.scrubLine({ bytes: around, start: before, end: before + line.length }, out, tools);
      expect(out.bytes.toString('utf8', 0, out.end)).toBe(`before${scrubPlainly(line.toString())}`);
    }), { numRuns: 2000 });
  });

  test('of the digits at both ends of a word', () => {
    const units = fc.constantFrom(...Array.from('0123456789()+._-\u00a0\u202f\u2011abABcZ,'), '%20', '%2B', '%');
    fc.assert(fc.property(fc.array(units, { maxLength: 12 }), (chars) => {
      const text = chars.join('');
      expect(jointsOf(text)).toMatchObject({ head: headOf(text), tail: tailOf(text), isHead: text !== '' && (headOf(text) === unescaped(text)) });
    }), { numRuns: 5000 });
  });
});

test('a word of nothing but digits, as long as it gets, costs linear time: it is there before the test is given up', () => {
  const digits = `${'1'.repeat(60_000)}x1`;
  expect(new LineScrubber().scrub(`${digits} `.repeat(5), tools).text).toContain('x');
});
