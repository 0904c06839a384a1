import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Account } from './account.ts';
import { createAccount, Entries, hex, requestOf } from './test/requests.ts';

test('100,000 open visits take under 400 bytes each with their tokens and all that finds and orders them, come back from their entries, and close in bounded time', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const usedBytes = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const noon = Date.UTC(2026, 10, 22, 12);
  const visits = 100_000;
  // A flat string, as the hash gives it.
  const tokenOf = (n: number): string => Buffer.from(hex(`v${n}`), 'hex').toString('hex');
  const openAll = (): Account => {
    const account = createAccount();
    for (let n = 0; n < visits; n += 1) account.add(requestOf({ timeMs: noon + n, visitor: tokenOf(n) }), noon * 2);
    return account;
  };
  const before = usedBytes();
  const account = openAll();
  account.takeChanges(); // as a commit would
  const bytesPerVisit = (usedBytes() - before) / visits;
  expect(account.visits.openVisits).toBe(visits);
  expect(bytesPerVisit).toBeGreaterThan(200);
  expect(bytesPerVisit).toBeLessThan(400);
  const store = new Entries();
  store.apply(openAll().takeChanges());
  const restored = createAccount();
  restored.restore(store.entries);
  expect(restored.visits.openVisits).toBe(visits);
  const startedMs = performance.now();
  restored.finishAll();
  expect(performance.now() - startedMs).toBeLessThan(20_000);
  expect(restored.takeEvents().filter(({ type }) => type === 'visit')).toHaveLength(visits);
});
