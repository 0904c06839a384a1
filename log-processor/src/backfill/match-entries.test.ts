/** What an earlier run left is recognised although its tokens are others, and what cannot be of the same lines is told. */
import { describe, expect, test } from 'vitest';
import { HeldTokens, missingOf, OtherHistory } from './match-entries.ts';

const token = (letter: string): string => letter.repeat(32);
const entry = (second: number, visitor: string, path = '/'): { ns: string; line: string; metadata: [] } => ({ ns: `17000000${String(second).padStart(2, '0')}000000001`, line: `{"visitor":"${visitor}","method":"GET","path":"${path}"}`, metadata: [] });

describe('matching with what Loki has', () => {
  test('lines that are there are left out, and later lines of the same visitor take over the token', () => {
    const outgoing = [entry(1, token('a')), entry(2, token('b')), entry(3, token('a')), entry(4, token('c'))];
    const held = [entry(1, token('e')), entry(2, token('f'))];
    expect(missingOf(outgoing, held, new HeldTokens())).toEqual([entry(3, token('e')), entry(4, token('c'))]);
  });

  test('what was learnt holds in the next half hour, and for the client as for the visitor', () => {
    const tokens = new HeldTokens();
    const failed = (second: number, visitor: string, client: string) => ({ ...entry(second, ''), line: `{"visitor":"${visitor}","client":"${client.repeat(16)}","status":404}` });
    missingOf([failed(1, token('a'), '1')], [failed(1, token('e'), '5')], tokens);
    expect(missingOf([failed(9, token('a'), '1')], [], tokens)).toEqual([failed(9, token('e'), '5')]);
    expect(missingOf([{ ...entry(9, ''), line: `{"client":"${'1'.repeat(16)}","status":404}` }], [], tokens)[0]?.line).toBe(`{"client":"${'5'.repeat(16)}","status":404}`);
  });

  test('two equal lines are two', () => {
    expect(missingOf([entry(1, token('a')), entry(1, token('a'))], [entry(1, token('e'))], new HeldTokens())).toEqual([entry(1, token('e'))]);
  });

  test('a line too many, another path at the same time, or a visitor who is two is another history', () => {
    for (const [outgoing, held] of [
      [[entry(1, token('a'))], [entry(1, token('e')), entry(2, token('e'))]],
      [[entry(1, token('a'))], [entry(1, token('e'), '/other')]],
      [[entry(1, token('a')), entry(2, token('a'))], [entry(1, token('e')), entry(2, token('f'))]],
    ] as const) {
      expect(() => missingOf(outgoing, held, new HeldTokens())).toThrow(OtherHistory);
    }
  });
});
