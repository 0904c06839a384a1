import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openStandardInput } from './standard-input.ts';
import { drain } from './test/log-folder.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('gives whole lines as they come, and the last one at the end', async () => {
  const stream = new PassThrough();
  const source = openStandardInput({ input: 'stdin', stream });
  expect((await drain(source)).state).toBe('unsettled');
  stream.write('one\ntw');
  await turn();
  expect(await drain(source)).toMatchObject({ text: 'one\n', state: 'unsettled' });
  stream.write('o\n');
  await turn();
  expect((await drain(source)).text).toBe('two\n');
  stream.end('three');
  await turn();
  await drain(source);
  await turn();
  const end = await drain(source);
  expect(end).toMatchObject({ text: 'three\n', state: 'finished', position: 'null' });
  expect((await source.read(10)).state).toBe('finished');
});

test('stops the sender while nothing is read', async () => {
  const stream = new PassThrough({ highWaterMark: 1000 });
  const source = openStandardInput({ input: 'stdin', stream });
  let accepted = 0;
  while (stream.write(`${'x'.repeat(99)}\n`) && accepted < 1000) accepted += 1;
  await turn();
  expect(accepted).toBeLessThan(100);
  const first = await source.read(250);
  expect(first.bytes.length).toBe(200);
  expect(source.lagBytes()).toBeGreaterThan(0);
  await source.close();
});

test('a stream that breaks is finished and says so', async () => {
  const stream = new PassThrough();
  const source = openStandardInput({ input: 'stdin', stream });
  stream.write('one\n');
  await turn();
  expect((await drain(source)).text).toBe('one\n');
  stream.destroy(new Error('pipe broke'));
  await turn();
  expect(await drain(source)).toMatchObject({ state: 'finished', lost: [{ reason: 'unreadable', bytes: 1 }] });
});
