import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createAccount, Entries, requestOf } from './test/requests.ts';

test('100,000 open visits take under 600 bytes each beside their tokens, come back from their entries, and close in bounded time', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapBytes = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const noon = Date.UTC(2026, 10, 22, 12);
  const visits = 100_000;
  const requests = Array.from({ length: visits }, (_, n) => requestOf({ timeMs: noon + n, who: `v${n}` }));
  const account = createAccount();
  const before = heapBytes();
  for (const request of requests) account.add(request, noon * 2);
  const bytesPerVisit = (heapBytes() - before) / visits;
  expect(account.visits.openVisits).toBe(visits);
  expect(bytesPerVisit).toBeGreaterThan(0);
  expect(bytesPerVisit).toBeLessThan(600);
  const store = new Entries();
  store.apply(account.takeChanges());
  const restored = createAccount();
  restored.restore(store.entries);
  expect(restored.visits.openVisits).toBe(visits);
  const startedMs = performance.now();
  restored.finishAll();
  expect(performance.now() - startedMs).toBeLessThan(20_000);
  expect(restored.takeEvents().filter(({ type }) => type === 'visit')).toHaveLength(visits);
});
