import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutLines } from './cut-lines.ts';
import type { Window } from './cut-lines.ts';

function cut(text: string, options: Partial<Window> = {}) {
  const buffer = Buffer.from(`${text}#`, 'latin1');
  const window = { buffer, start: 0, end: buffer.length - 1, maxLineBytes: 10, skipping: false, follow: 'later', ...options } as const;
  const { from, to, ...rest } = cutLines(window);
  return { lines: buffer.toString('latin1', from, to), ...rest };
}

describe('cutLines', () => {
  test('takes whole lines and leaves the rest', () => {
    expect(cut('a\nbb\nccc')).toEqual({ lines: 'a\nbb\n', consumed: 5, skipping: false, nulBytes: 0 });
  });

  test('ends the last line where nothing will follow', () => {
    expect(cut('a\nb', { start: 2, follow: 'never' })).toMatchObject({ lines: 'b\n', consumed: 1 });
  });

  test('a line of exactly the limit is whole, one byte more is cut', () => {
    expect(cut(`${'x'.repeat(10)}\n`).lines).toBe(`${'x'.repeat(10)}\n`);
    expect(cut(`${'x'.repeat(11)}\n`)).toEqual({ lines: `${'x'.repeat(11)}\n`, consumed: 11, skipping: true, nulBytes: 0 });
  });

  test('skips the rest of a cut line and goes on behind it', () => {
    expect(cut('xxx', { skipping: true })).toMatchObject({ lines: '', consumed: 3, skipping: true });
    expect(cut('xxx\nnext\n', { skipping: true })).toMatchObject({ lines: 'next\n', consumed: 9, skipping: false });
  });

  test('skips a hole at the start of a line and counts it, and leaves NUL inside a line alone', () => {
    expect(cut('\0\0a\0b\n')).toEqual({ lines: 'a\0b\n', consumed: 6, skipping: false, nulBytes: 2 });
    expect(cut('a\n\0\0b\n')).toMatchObject({ lines: 'a\n', consumed: 2, nulBytes: 0 });
  });

  test('waits for what follows a hole at the very end', () => {
    expect(cut('\0\0\0')).toMatchObject({ lines: '', consumed: 0, nulBytes: 0 });
    expect(cut('\0'.repeat(30))).toMatchObject({ lines: '', consumed: 0, nulBytes: 0 });
    expect(cut('\0\0\0', { follow: 'now' })).toMatchObject({ consumed: 3, nulBytes: 3 });
    expect(cut('\0\0\0', { follow: 'never' })).toMatchObject({ consumed: 3, nulBytes: 3 });
  });
});

/** The rule of `cutLines` said once more, a line at a time over the whole text. */
function wanted(text: string, maxLineBytes: number): { lines: string; nulBytes: number } {
  let nulBytes = 0;
  const lines = text.split(/(?<=\n)/).map((line) => {
    const bare = line.replace(/^\0+/, '');
    nulBytes += line.length - bare.length;
    const body = bare.replace(/\n$/, '');
    if (bare === '') return '';
    return body.length > maxLineBytes ? `${body.slice(0, maxLineBytes + 1)}\n` : `${body}\n`;
  });
  return { lines: lines.join(''), nulBytes };
}

test('any text in windows of any size gives the same lines and every byte is accounted for', () => {
  const piece = fc.constantFrom('\n', 'a', '\0', 'bcd', '\n\n', 'x'.repeat(9), '\xff');
  const anyText = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 30 }), (text, maxLineBytes, extra) => {
      let offset = 0;
      let skipping = false;
      let lines = '';
      let nulBytes = 0;
      const windowBytes = maxLineBytes + 2 + extra;
      while (offset < text.length) {
        const part = text.slice(offset, offset + windowBytes);
        const follow = offset + windowBytes < text.length ? 'now' : 'never';
        const result = cut(part, { maxLineBytes, skipping, follow });
        expect(result.consumed).toBeGreaterThan(0);
        lines += result.lines;
        nulBytes += result.nulBytes;
        ({ skipping } = result);
        offset += result.consumed;
      }
      expect(offset).toBe(text.length);
      expect({ lines, nulBytes }).toEqual(wanted(text, maxLineBytes));
    }),
    { numRuns: 2000 },
  );
});
