/** The part of the store contract about opening, closing, crashing and owning. */
import { deepEqual, equal, rejects, throws } from 'node:assert/strict';
import type { Put } from '../record.ts';
import { bodyOf, changeOf, type ContractCase } from './contract-bench.ts';
import { StateRefused } from './store.ts';

const puts: readonly Put[] = [
  ['visit/b', '2'],
  ['visit/a', '1'],
];

export const lifeContract: readonly ContractCase[] = [
  [
    'a fresh state has head 0, nothing in it, and counts as closed cleanly',
    async (bench) => {
      const store = bench.open();
      deepEqual([store.head, store.closedCleanly, [...store.scan('')], store.bodies(), store.outboxBytes], [0, true, [], [], 0]);
      equal(await store.commit(changeOf(0, {})), 'committed');
      equal(store.head, 1);
      store.close();
    },
  ],
  [
    'a closed state comes back whole and clean, a crashed one whole and unclean',
    async (bench) => {
      const store = bench.open();
      await store.commit(changeOf(0, { puts, bodies: [bodyOf('one')] }));
      const [before, bodies] = [[...store.scan('')], store.bodies()];
      store.close();
      const second = bench.open();
      deepEqual([second.closedCleanly, second.head, [...second.scan('')], second.bodies(), second.outboxBytes], [true, 1, before, bodies, 3]);
      bench.crash();
      const third = bench.open();
      deepEqual([third.closedCleanly, third.head, [...third.scan('')], third.bodies()], [false, 1, before, bodies]);
      third.close();
    },
  ],
  [
    'an unclean state that was only looked at stays unclean, until something is committed to it',
    async (bench) => {
      bench.open();
      bench.crash();
      bench.open().close();
      const store = bench.open();
      equal(store.closedCleanly, false);
      await store.commit(changeOf(0, {}));
      store.close();
      const again = bench.open();
      equal(again.closedCleanly, true);
      again.close();
    },
  ],
  [
    'a second opener is refused while the first lives, and let in afterwards',
    async (bench) => {
      const store = bench.open();
      throws(() => bench.open(), StateRefused);
      throws(() => bench.open(), StateRefused);
      equal(await store.commit(changeOf(0, {})), 'committed');
      store.close();
      bench.open().close();
    },
  ],
  [
    'a closed store refuses further use, and closing twice is no error',
    async (bench) => {
      const store = bench.open();
      store.close();
      store.close();
      await rejects(store.commit(changeOf(0, {})));
      throws(() => [...store.scan('')]);
      throws(() => store.payload(1));
    },
  ],
];
