/** The part of the store contract about entries and the head they build on. */
import { deepEqual, equal } from 'node:assert/strict';
import type { Put } from '../record.ts';
import { bodyOf, changeOf, type ContractCase } from './contract-bench.ts';

const puts: readonly Put[] = [
  ['visit/b', '2'],
  ['visit/a', '1'],
  ['visit/\u{1f30a}', 'wave\0and after'],
  ['visit/\uffee', ''],
  ['visits', 'not under the prefix'],
];

export const entryContract: readonly ContractCase[] = [
  [
    'entries come back in the order of their UTF-8 bytes, under their prefix only',
    async (bench) => {
      const store = bench.open();
      await store.commit(changeOf(0, { puts }));
      deepEqual(
        [...store.scan('visit/')].map(([key, value]) => [key, value]),
        [
          ['visit/a', '1'],
          ['visit/b', '2'],
          ['visit/\uffee', ''],
          ['visit/\u{1f30a}', 'wave\0and after'],
        ],
      );
      deepEqual([...store.scan('visit/a/')], []);
      equal([...store.scan('')].length, 5);
      store.close();
    },
  ],
  [
    'a put replaces, null deletes, and the last put of a key in one change wins',
    async (bench) => {
      const store = bench.open();
      await store.commit(changeOf(0, { puts: [['a', '1'], ['b', '1'], ['c', '1']] }));
      await store.commit(changeOf(1, { puts: [['a', '2'], ['b', null], ['c', null], ['c', '3'], ['d', '1'], ['d', null]] }));
      deepEqual([...store.scan('')], [['a', '2'], ['c', '3']]);
      store.close();
    },
  ],
  [
    'more entries than a page are all there, in order',
    async (bench) => {
      const store = bench.open();
      const many = Array.from({ length: 2500 }, (_, index): Put => [`n/${String(index).padStart(5, '0')}`, `${index}`]);
      await store.commit(changeOf(0, { puts: [...many].reverse() }));
      deepEqual([...store.scan('n/')], many);
      store.close();
    },
  ],
  [
    'a change that builds on another head is fenced and changes nothing',
    async (bench) => {
      const store = bench.open();
      await store.commit(changeOf(0, { puts: [['a', '1']] }));
      for (const head of [0, 2, -1]) {
        equal(await store.commit(changeOf(head, { puts: [['a', '9']], bodies: [bodyOf('x')] })), 'fenced');
      }
      deepEqual([store.head, [...store.scan('')], store.bodies()], [1, [['a', '1']], []]);
      store.close();
    },
  ],
  [
    'of two changes on one head only the first goes in',
    async (bench) => {
      const store = bench.open();
      const outcomes = await Promise.all([store.commit(changeOf(0, { puts: [['a', '1']] })), store.commit(changeOf(0, { puts: [['a', '2']] }))]);
      deepEqual([outcomes, [...store.scan('')]], [['committed', 'fenced'], [['a', '1']]]);
      store.close();
    },
  ],
];
