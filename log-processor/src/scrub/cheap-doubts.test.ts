/** The cheap doubt of a pattern never hides a find: with every trait there could be it replaces no more than with those of the text. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canaries } from '../../test/canaries.ts';
import { address } from './address.ts';
import { card } from './card.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { jwt } from './jwt.ts';
import { mac } from './mac.ts';
import { nir } from './nir.ts';
import type { Pattern } from './pattern.ts';
import { phone } from './phone.ts';
import { createScrubber, mayHit } from './scrub.ts';
import { token } from './token.ts';
import { measure } from './traits.ts';
import type { Traits } from './traits.ts';
import { uuid } from './uuid.ts';

const patterns: readonly Pattern[] = [uuid, jwt, email, iban, nir, card, mac, phone, address, token];
const every: Traits = { digits: 99, ats: 99, colons: 99, equals: 99, dots: 99, dashes: 99, slashes: 99, quotes: 99, blanks: 99, escapes: 99, longestRun: 99, longestUpperRun: 99 };

const known = canaries.flatMap(({ encodings }) => encodings.map(({ text }) => text));
const fragment = fc.oneof(
  fc.constantFrom(...known),
  fc.constantFrom('0x', '0xc0', '192', '.', '.513', '//', '/', 'a:/', ':', '::', 'db8', '-', '_', ',', '2001', '0300', '3405803785', 'c0000201', '"', '=', 'token', 'Bearer ', ' ', '@', '%', 'ip6.arpa', '1.2.3', '1.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0', 'token":"x', '00:00:5e', '+33'),
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdefxX.:-_/, ')), maxLength: 12 }),
);
const texts = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(''));

describe.each(patterns)('$name', (pattern) => {
  test('finds the same with the traits of the text and with all there could be', () => {
    fc.assert(fc.property(texts, (text) => {
      const mark = (): string => '<>';
      const found = pattern.replace(text, mark, every);
      const traits = measure(text);
      expect(pattern.mayHit(traits) ? pattern.replace(text, mark, traits) : text).toBe(found);
    }), { numRuns: 2000 });
  });
});

test('where nothing may hit the scrubber finds nothing', () => {
  const scrub = createScrubber({});
  fc.assert(fc.property(texts, (text) => {
    if (!mayHit(measure(text))) expect(scrub(text)).toEqual({ text, hits: [] });
  }), { numRuns: 5000 });
});
