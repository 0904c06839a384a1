import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from './test/requests.ts';
import { TokenTable } from './token-table.ts';

describe('token table', () => {
  test('behaves as a map from 64-bit prefixes to flags and a note, however it grows and whatever collides', () => {
    const token = fc.oneof(fc.integer({ min: 0, max: 50 }).map(String).map(hex), fc.integer({ min: 0, max: 9 }).map((n) => `0000000${n}00000000`)); // prettier-ignore
    const put = fc.record({ token, flags: fc.constantFrom(1, 2, 3), note: fc.nat(60_000) });
    fc.assert(
      fc.property(fc.array(put, { maxLength: 200 }), (puts) => {
        const table = new TokenTable(4);
        const model = new Map<string, { flags: number; note: number }>();
        for (const { token: full, flags, note } of puts) {
          table.set(full, flags, note);
          const prefix = full.slice(0, 16);
          model.set(prefix, { flags: (model.get(prefix)?.flags ?? 0) | flags, note });
        }
        expect(table.size).toBe(model.size);
        for (const [prefix, { flags, note }] of model) expect([table.flagsOf(prefix), table.noteOf(prefix)]).toEqual([flags, note]);
        expect(table.flagsOf('ffffffffffffffff')).toBe(0);
      }),
    );
  });

  test('a hundred thousand visitors take under 10 MB and are counted exactly', () => {
    const before = process.memoryUsage().arrayBuffers;
    const table = new TokenTable();
    for (let visitor = 0; visitor < 100_000; visitor += 1) table.set(hex(`v${visitor}`), 1, 0);
    expect(table.size).toBe(100_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });
});
