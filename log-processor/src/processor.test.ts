/** The beat asks the clock twice around a read: what it read is no line of the future, however long the reading was held up. */
import { expect, test } from 'vitest';
import { Processor } from './processor.ts';
import type { ProcessorTools } from './processor.ts';
import { Committer } from './committer.ts';
import type { InputInHand } from './intake.ts';
import type { Clock } from './record.ts';

test('lines are judged by the time after they were read, and the end of an input by the time before', async () => {
  const start = 1_000_000;
  let nowMs = start;
  const clock: Clock = {
    nowMs: () => nowMs,
    sleep: () => Promise.resolve(),
  };
  const parse = (): never => {
    throw new Error('nobody was asked to parse');
  };
  const input: InputInHand = { name: 'main', parse, site: null, lineNumber: 0, position: null };
  const heard: string[] = [];
  const committer = new Committer({
    store: { head: 0, commit: () => Promise.resolve('committed'), outboxBytes: 0 } as unknown as ConstructorParameters<typeof Committer>[0]['store'],
    clock,
    seal: () => Promise.resolve({ bodies: [], puts: [] }),
    count: () => undefined,
    takeChanges: () => [],
    settled: () => Promise.resolve(),
    waiting: () => undefined,
    observeSeconds: () => undefined,
  });
  const source = {
    read: () => {
      nowMs += 1_200_000; // a machine that was suspended for 20 minutes
      return Promise.resolve({ input: 'main', bytes: Buffer.from('line\n'), position: 'p', lost: [], state: 'at_end' as const });
    },
    lagBytes: () => 0,
    close: () => Promise.resolve(),
  };
  const tools: ProcessorTools = {
    clock,
    committer,
    take: (_input, _chunk, atMs) => {
      heard.push(`take ${atMs - start}`);
      return Promise.resolve();
    },
    newSources: () => Promise.resolve(heard.length > 0 ? [] : [{ source: { input: 'main', ...source }, inputs: new Map([['main', input]]), finished: false }]),
    lost: () => undefined,
    atEnd: (_name, atMs) => {
      heard.push(`end ${atMs - start}`);
      processor.stop();
    },
    finished: () => undefined,
    tick: () => undefined,
    inputsEnded: () => undefined,
    outboxFull: () => false,
    endDelivery: () => Promise.resolve(),
    options: { commitIntervalMs: 100, pollMs: 1, batchBytes: 1000, drainMs: 1 },
  };
  const processor = new Processor(tools);
  await processor.run();
  expect(heard).toEqual(['take 1200000', 'end 0']);
});
