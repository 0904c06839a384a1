import { expect, test } from 'vitest';
import { askWithin } from './name-service.ts';

test('while one process hangs no other is asked, because each would take a thread for files; afterwards they are', async () => {
  const ask = askWithin(20);
  const nothing = { hostname: null, command: '' };
  let answer: (facts: typeof nothing) => void = () => undefined;
  expect(await ask(() => new Promise((resolve) => (answer = resolve)))).toEqual(nothing);
  let asked = 0;
  const well = () => Promise.resolve({ hostname: `h${(asked += 1)}`, command: 'sh' });
  expect([await ask(well), asked]).toEqual([nothing, 0]);
  answer(nothing);
  await new Promise(setImmediate);
  expect(await ask(well)).toEqual({ hostname: 'h1', command: 'sh' });
});
