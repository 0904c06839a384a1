import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readWitness, writeWitness } from './witness.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-witness-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the number last written is read, whichever was longer', () => {
  expect(readWitness(folder)).toBeNull();
  for (const number of [1, 12_345_678_901, 7, 0, Number.MAX_SAFE_INTEGER]) {
    writeWitness(folder, number);
    expect(readWitness(folder)).toBe(number);
  }
  expect(statSync(join(folder, 'witness')).mode & 0o777).toBe(0o600);
});

test('torn or foreign content counts as absent, and is written over', () => {
  writeWitness(folder, 41);
  const path = join(folder, 'witness');
  const whole = readFileSync(path);
  for (let cut = 0; cut < whole.length; cut += 1) {
    writeFileSync(path, whole);
    truncateSync(path, cut);
    expect(readWitness(folder)).toBeNull();
  }
  for (let place = 0; place < whole.length; place += 1) {
    const torn = Buffer.from(whole);
    torn[place] = torn[place]! === 0x31 ? 0x32 : 0x31;
    writeFileSync(path, torn);
    expect(readWitness(folder)).toBeNull();
  }
  writeWitness(folder, 42);
  expect(readWitness(folder)).toBe(42);
});

test('a folder that is away is told, and written to when it is back', () => {
  const told: unknown[] = [];
  const away = join(folder, 'away');
  writeWitness(away, 1, (error) => told.push(error));
  expect(told).toMatchObject([{ code: 'ENOENT' }]);
  expect(() => writeWitness(away, 1)).toThrow('ENOENT');
});
