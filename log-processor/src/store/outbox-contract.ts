/** The part of the store contract about bodies that wait for Loki. */
import { deepEqual, equal, notEqual, throws } from 'node:assert/strict';
import { bodyOf, changeOf, type ContractCase } from './contract-bench.ts';
import { StateRefused } from './store.ts';

export const outboxContract: readonly ContractCase[] = [
  [
    'bodies wait in order, keep their bytes, and leave when delivered',
    async (bench) => {
      const store = bench.open();
      await store.commit(changeOf(0, { bodies: [bodyOf('one'), bodyOf('three')] }));
      await store.commit(changeOf(1, { bodies: [bodyOf('')] }));
      const [first, second, third] = store.bodies();
      if (first === undefined || second === undefined || third === undefined) throw new Error('expected three bodies');
      equal(first.id < second.id && second.id < third.id, true);
      const { stream, kind, input, lines, firstNs, lastNs } = bodyOf('three');
      deepEqual(second, { id: second.id, stream, kind, input, lines, firstNs, lastNs, payloadBytes: 5 });
      equal(Buffer.from(store.payload(second.id)).toString(), 'three');
      equal(store.outboxBytes, 8);
      await store.commit(changeOf(2, { delivered: [first.id, third.id, first.id, 999] }));
      deepEqual([store.bodies().map((body) => body.id), store.outboxBytes], [[second.id], 5]);
      throws(() => store.payload(first.id), StateRefused);
      store.close();
    },
  ],
  [
    'the id of a delivered body is never given again, not even after a restart',
    async (bench) => {
      const store = bench.open();
      await store.commit(changeOf(0, { bodies: [bodyOf('a')] }));
      const used = store.bodies()[0]?.id ?? 0;
      await store.commit(changeOf(1, { delivered: [used] }));
      store.close();
      const again = bench.open();
      await again.commit(changeOf(2, { bodies: [bodyOf('b')] }));
      equal((again.bodies()[0]?.id ?? 0) > used, true);
      again.close();
    },
  ],
  [
    'what the caller does to a payload after the commit does not change the state',
    async (bench) => {
      const store = bench.open();
      const body = bodyOf('abc');
      await store.commit(changeOf(0, { bodies: [body] }));
      body.payload.fill(0);
      equal(Buffer.from(store.payload(store.bodies()[0]?.id ?? 0)).toString(), 'abc');
      store.close();
    },
  ],
  [
    'a scrambled body is refused, its neighbours are not',
    async (bench) => {
      const store = bench.open();
      await store.commit(changeOf(0, { bodies: [bodyOf('one'), bodyOf('two')] }));
      const [first, second] = store.bodies();
      if (first === undefined || second === undefined) throw new Error('expected two bodies');
      store.close();
      bench.scramble(first.id);
      const again = bench.open();
      throws(() => again.payload(first.id), StateRefused);
      notEqual(again.payload(second.id).length, 0);
      again.close();
    },
  ],
];
