import { expect, test } from 'vitest';
import { Committer, Fenced } from './committer.ts';
import type { Put } from './record.ts';
import { createFakeDisk } from './store/memory-store.ts';
import { StoreUnavailable } from './store/store.ts';

/** A committer over a disk whose output is sealed only when the test says so. */
function slowOutput() {
  const disk = createFakeDisk();
  const store = disk.open();
  const counted: string[] = [];
  const seals: { resolve: (puts: readonly Put[]) => void; reject: (error: Error) => void }[] = [];
  const settled: number[] = [];
  const committer = new Committer({
    store,
    clock: { nowMs: () => 0, sleep: () => Promise.resolve() },
    seal: () => new Promise((resolve, reject) => seals.push({ resolve: (puts) => resolve({ bodies: [], puts }), reject })),
    count: () => undefined,
    takeChanges: () => [['counted', counted.join(',')]],
    settled: (head) => Promise.resolve(void settled.push(head)),
    waiting: () => undefined,
    observeSeconds: () => undefined,
  });
  return { disk, store, committer, counted, seals, settled };
}

test('what is counted while a commit is on its way to the disk belongs to the next one', async () => {
  const { store, committer, counted, seals, settled } = slowOutput();
  counted.push('first');
  await committer.begin();
  counted.push('second');
  expect(store.head).toBe(0);
  const next = committer.begin();
  seals[0]?.resolve([['file/access', '5']]);
  await next;
  expect([...store.scan('')]).toEqual([['counted', 'first'], ['file/access', '5']]);
  expect(settled).toEqual([1]);
  seals[1]?.resolve([['file/access', '11']]);
  await committer.settle();
  expect([...store.scan('')]).toEqual([['counted', 'first,second'], ['file/access', '11']]);
  expect(settled).toEqual([1, 2]);
});

test('a disk that takes nothing holds reading up, and the commit that waited takes along nothing newer', async () => {
  const { store, committer, counted, seals } = slowOutput();
  counted.push('first');
  await committer.begin();
  seals[0]?.reject(new StoreUnavailable('full'));
  await new Promise(setImmediate);
  expect(committer.isHeldUp).toBe(true);
  counted.push('second');
  seals[1]?.resolve([]);
  await committer.settle();
  expect(committer.isHeldUp).toBe(false);
  expect([...store.scan('')]).toEqual([['counted', 'first']]);
});

test('a state somebody else writes is told by settle and by the next begin', async () => {
  const { store, committer, seals } = slowOutput();
  await committer.begin();
  await store.commit({ expectedHead: 0, puts: [], bodies: [], delivered: [] });
  seals[0]?.resolve([]);
  await expect(committer.settle()).rejects.toThrow(Fenced);
  await expect(committer.begin()).rejects.toThrow(Fenced);
});
