import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WordTable } from './word-table.ts';

const viewOf = (text: string): DataView => {
  const bytes = Buffer.from(`${text}"\0\0\0\0\0`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
};

test('a word is the text that was asked for, even when places and bytes run out and all hashes are equal', () => {
  const table = new WordTable<string>(16, 256);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(fc.stringMatching(/^[a-c/]{1,60}$/), fc.stringMatching(/^[a-f]{8}$/)), fc.constantFrom(1, 2, -7)), { maxLength: 200 }), (asked) => {
      for (const [text, hash] of asked) {
        const word = table.find(viewOf(text), 0, text.length, hash, null);
        expect(word.text).toBe(text);
        expect(word.known ?? text).toBe(text); // what was learnt belongs to this text
        word.known = text;
        expect(table.endIfSame(word, viewOf(text), 0)).toBe(text.length);
        expect(table.endIfSame(word, viewOf(`${text}x`), 0)).toBe(-1);
        expect(table.endIfSame(word, viewOf(text.slice(0, -1)), 0)).toBe(-1);
      }
    }),
  );
});

test('the same bytes are the same word as long as it is used, and another one in another scope', () => {
  const table = new WordTable<null>(65_536, 4096);
  const kept = table.find(viewOf('kept'), 0, 4, 99, null);
  for (let index = 0; index < 5000; index += 1) {
    table.find(viewOf(`flood/${index}`), 0, `flood/${index}`.length, (index + 1) * 8, null);
    if (index % 50 === 0 && table.find(viewOf('kept'), 0, 4, 99, null) !== kept) throw new Error('it was used and is gone');
  }
  expect(table.find(viewOf('kept'), 0, 4, 99, kept)).not.toBe(kept);
});
