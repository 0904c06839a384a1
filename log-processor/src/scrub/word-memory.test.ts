/** The memory of words may forget, and never mistakes one word for another. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WordMemory } from './word-memory.ts';

const hashOf = (memory: WordMemory<string>, bytes: Buffer): number => memory.hashOf(bytes, 0, bytes.length);

test('what it finds is what was said of the same bytes, even where every word falls on one place', () => {
  const words = fc.array(fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b', 'é') }), { maxLength: 60 });
  fc.assert(fc.property(words, fc.boolean(), fc.integer({ min: 1, max: 8 }), (texts, collide, limit) => {
    const memory = new WordMemory<string>(limit);
    for (const text of texts) {
      const bytes = Buffer.from(`<${text}>`);
      const end = bytes.length - 1;
      const hash = collide ? 7 : hashOf(memory, bytes.subarray(1, end));
      const found = memory.find(bytes, 1, end, hash);
      if (found === undefined) memory.keep({ bytes, start: 1, end, hash }, text);
      else expect(found).toBe(text);
      expect([text, undefined]).toContain(memory.find(bytes, 1, end, hash));
    }
  }));
});

test('a word that comes again and again is known through generations of words that do not', () => {
  const memory = new WordMemory<string>(100);
  const often = Buffer.from('often');
  memory.keep({ bytes: often, start: 0, end: often.length, hash: hashOf(memory, often) }, 'often');
  for (let number = 0; number < 5000; number += 1) {
    const once = Buffer.from(`once ${number}`);
    memory.keep({ bytes: once, start: 0, end: once.length, hash: hashOf(memory, once) }, 'once');
    expect(memory.find(often, 0, often.length, hashOf(memory, often))).toBe('often');
  }
});

test('forgets when it is told to, and what is too long is never kept', () => {
  const memory = new WordMemory<string>();
  const [short, long] = [Buffer.from('short'), Buffer.alloc(481, 'x')];
  for (const word of [short, long]) memory.keep({ bytes: word, start: 0, end: word.length, hash: hashOf(memory, word) }, 'known');
  expect(memory.find(short, 0, short.length, hashOf(memory, short))).toBe('known');
  expect(memory.find(long, 0, long.length, hashOf(memory, long))).toBe(undefined);
  memory.clear();
  expect(memory.find(short, 0, short.length, hashOf(memory, short))).toBe(undefined);
});

test('a word is known from the second time on, and what was seen once is forgotten with the rest', () => {
  const memory = new WordMemory<string>();
  const bytes = Buffer.from('192.0.2.77');
  const word = { bytes, start: 0, end: bytes.length, hash: hashOf(memory, bytes) };
  const known = (): string | undefined => memory.find(bytes, 0, bytes.length, word.hash);
  memory.meet(word, 'address');
  memory.clear();
  memory.meet(word, 'address');
  expect(known()).toBe(undefined);
  memory.meet(word, 'address');
  expect(known()).toBe('address');
});

test('where every place is taken the newest word is known, and another is not', () => {
  const memory = new WordMemory<string>();
  const words = Array.from({ length: 9 }, (_, number) => Buffer.from(`word ${number}`));
  for (const bytes of words) memory.keep({ bytes, start: 0, end: bytes.length, hash: 7 }, bytes.toString());
  expect(words.map((bytes) => memory.find(bytes, 0, bytes.length, 7))).toEqual([...words.slice(0, 7).map(String), undefined, 'word 8']);
});
