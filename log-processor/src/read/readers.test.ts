import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFinishedFile } from './finished-file.ts';
import { openReaders } from './readers.ts';
import { identityKey, logFolder } from './test/log-folder.ts';

test('takes turns, lets finished sources go, and takes new ones in', async () => {
  const folder = logFolder();
  const open = (input: string, text: string) => {
    writeFileSync(join(folder, input), text);
    return openFinishedFile({ input, path: join(folder, input), position: null, identityKey });
  };
  const readers = openReaders([await open('busy', 'x\n'.repeat(6)), await open('small', 'y\n')]);
  const order: string[] = [];
  const next = async () => {
    const chunk = await readers.next(4);
    if (chunk !== null) order.push(`${chunk.input}:${chunk.bytes.length}:${chunk.state}`);
    return chunk;
  };
  await next();
  await next();
  readers.add(await open('late', 'z\n'));
  while ((await next()) !== null);
  expect(order.slice(0, 2)).toEqual(['busy:4:more', 'small:2:more']);
  expect(order.filter((entry) => entry.startsWith('late'))).toEqual(['late:2:more', 'late:0:finished']);
  expect(order.filter((entry) => entry.startsWith('busy')).length).toBe(4);
  expect(readers.size).toBe(0);
  expect(readers.lagBytes()).toBe(0);
});
