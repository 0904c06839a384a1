import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openAt } from './output-file.ts';

test('a sync that failed is told only when no write is under way any more, so that none can land behind its repetition', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-output-file-'));
  const path = join(folder, 'access.ndjson');
  const some = await open(path, 'w');
  const handles = Object.getPrototypeOf(some) as Pick<typeof some, 'write' | 'datasync'>;
  await some.close();
  const file = await openAt(path, 0);
  const datasync = vi.spyOn(handles, 'datasync').mockRejectedValueOnce(new Error('the disk is broken'));
  const write = handles.write;
  let slowEnded = false;
  try {
    const first = Buffer.alloc(5_000_000, 'a');
    const second = Buffer.from('second\n');
    file.begin(first, () => undefined); // enough for a sync of its own
    const slow = vi.spyOn(handles, 'write').mockImplementation(async function (this: typeof some, ...args: unknown[]) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      slowEnded = true;
      return Reflect.apply(write, this, args) as unknown;
    } as typeof write);
    file.begin(second, () => undefined);
    await expect(file.settle()).rejects.toThrow('broken');
    expect(slowEnded).toBe(true);
    slow.mockRestore();
    await file.settle();
    expect(file.lengthBytes).toBe(first.length + second.length);
    expect(readFileSync(path).equals(Buffer.concat([first, second]))).toBe(true);
  } finally {
    datasync.mockRestore();
    await file.close();
    rmSync(folder, { recursive: true });
  }
});
