import { describe, expect, test } from 'vitest';
import { createFakeDisk, SimulatedCrash } from './memory-store.ts';
import { storeContract } from './store-contract.ts';
import { StoreUnavailable } from './store.ts';

describe('the store in memory', () => {
  test.each(storeContract)('%s', async (_name, run) => {
    await run(createFakeDisk());
  });

  test('a full disk takes nothing, and the same change goes in later', async () => {
    const disk = createFakeDisk();
    const store = disk.open();
    disk.failNextCommit('full');
    const change = { expectedHead: 0, puts: [['a', '1']] as const, bodies: [], delivered: [] };
    await expect(store.commit(change)).rejects.toThrow(StoreUnavailable);
    expect([store.head, [...store.scan('')]]).toEqual([0, []]);
    expect(await store.commit(change)).toBe('committed');
    expect([...store.scan('')]).toEqual([['a', '1']]);
  });

  test.each([
    ['crash_before', []],
    ['crash_after', [['a', '1']]],
  ] as const)('%s leaves what that says, and the dead store refuses all use', async (fault, entries) => {
    const disk = createFakeDisk();
    const store = disk.open();
    disk.failNextCommit(fault);
    const change = { expectedHead: 0, puts: [['a', '1']] as const, bodies: [], delivered: [] };
    await expect(store.commit(change)).rejects.toThrow(SimulatedCrash);
    await expect(store.commit(change)).rejects.toThrow(SimulatedCrash);
    expect(() => store.payload(1)).toThrow(SimulatedCrash);
    expect(() => [...store.scan('')]).toThrow(SimulatedCrash);
    store.close();
    const next = disk.open();
    expect([next.head, next.closedCleanly, [...next.scan('')]]).toEqual([entries.length, false, entries]);
  });

  test('a restored snapshot is the older state', async () => {
    const disk = createFakeDisk();
    const store = disk.open();
    const backup = disk.snapshot();
    await store.commit({ expectedHead: 0, puts: [['a', '1']], bodies: [], delivered: [] });
    expect(() => disk.restore(backup)).toThrow();
    disk.crash();
    disk.restore(backup);
    const restored = disk.open();
    expect([restored.head, [...restored.scan('')]]).toEqual([0, []]);
  });
});
