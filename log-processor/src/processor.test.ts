/** The beat asks the clock twice around a read, and ends with the commit that failed, whatever waits for it. */
import { expect, test } from 'vitest';
import { Committer, Fenced } from './committer.ts';
import type { InputInHand } from './intake.ts';
import { Processor } from './processor.ts';
import { closedDoor } from './push-door.ts';
import type { ProcessorTools } from './processor-tools.ts';
import type { Chunk } from './read/source.ts';
import type { Clock } from './record.ts';
import { createFakeDisk } from './store/memory-store.ts';
import type { Store } from './store/store.ts';

const parse = (): never => {
  throw new Error('nobody was asked to parse');
};

function committerOn(store: Store, clock: Clock): Committer {
  return new Committer({
    store,
    clock,
    seal: () => Promise.resolve({ bodies: [], puts: [] }),
    count: () => undefined,
    takeChanges: () => [],
    settled: () => Promise.resolve(),
    waiting: () => undefined,
    observeSeconds: () => undefined,
  });
}

/** A processor with one source, and nothing else to do. */
function tools(clock: Clock, committer: Committer, read: () => Chunk): ProcessorTools {
  const input: InputInHand = { name: 'main', parse, site: null, lineNumber: 0, position: null };
  const source = { input: 'main', read: () => Promise.resolve(read()), lagBytes: () => 0, close: () => Promise.resolve() };
  const opened = [{ source, inputs: new Map([['main', input]]), finished: false }];
  return {
    clock,
    committer,
    take: () => Promise.resolve(),
    newSources: () => Promise.resolve(opened.splice(0)),
    lost: () => undefined,
    atEnd: () => undefined,
    finished: () => undefined,
    tick: () => undefined,
    inputsEnded: () => undefined,
    outboxFull: () => false,
    door: closedDoor,
    resumed: () => undefined,
    endDelivery: () => Promise.resolve(),
    options: { commitIntervalMs: 100, pollMs: 1, batchBytes: 1000, drainMs: 1 },
  };
}

const oneLine = (state: Chunk['state']): Chunk => ({ input: 'main', bytes: Buffer.from('line\n'), position: 'p', lost: [], state });

test('lines are judged by the time after they were read, and the end of an input by the time before', async () => {
  const start = 1_000_000;
  let nowMs = start;
  const clock: Clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() };
  const heard: string[] = [];
  const read = (): Chunk => {
    nowMs += 1_200_000; // a machine that was suspended for 20 minutes
    return oneLine('at_end');
  };
  const processor: Processor = new Processor({
    ...tools(clock, committerOn(createFakeDisk().open(), clock), read),
    take: (_input, _chunk, atMs) => Promise.resolve(void heard.push(`take ${atMs - start}`)),
    atEnd: (_name, atMs) => {
      heard.push(`end ${atMs - start}`);
      processor.stop();
    },
  });
  await processor.run();
  expect(heard).toEqual(['take 1200000', 'end 0']);
});

test('a commit that fails while the delivery waits for it ends the run at once', async () => {
  const clock: Clock = { nowMs: () => 0, sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) };
  const store = createFakeDisk().open();
  const committer = committerOn(store, clock);
  const body = { id: 1, stream: '{}', kind: 'access', input: 'main', lines: 1, firstNs: '1', lastNs: '1', payloadBytes: 1 };
  const processor = new Processor({
    ...tools(clock, committer, () => oneLine('finished')),
    // Loki has a body; before that can be committed, somebody else commits to the state. Nothing will ever be acknowledged.
    endDelivery: async () => {
      await store.commit({ expectedHead: store.head, puts: [], bodies: [], delivered: [] });
      Object.defineProperty(store, 'head', { get: () => 0 });
      await committer.acknowledge({ body, deliveredLines: 1, refusedLines: 0 });
    },
  });
  await expect(processor.run()).rejects.toThrow(Fenced);
});

test('where an input begins for the first time is durable before its first line is read', async () => {
  const clock: Clock = { nowMs: () => 0, sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) };
  const store = createFakeDisk().open();
  const commit = store.commit.bind(store);
  // A disk that takes its time.
  store.commit = async (change) => {
    await clock.sleep(1);
    return commit(change);
  };
  const heads: number[] = [];
  const chunks: Chunk[] = [{ ...oneLine('begun'), bytes: Buffer.alloc(0) }, oneLine('finished')];
  const read = (): Chunk => {
    heads.push(store.head);
    return chunks.shift() ?? oneLine('finished');
  };
  await new Processor(tools(clock, committerOn(store, clock), read)).run();
  expect(heads).toEqual([0, 1]);
});
