/** A bill of materials names every shipped package and requirement and nothing else, in the same bytes each time. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { at, object } from '../../test/compose/compose-file.ts';
import { outcomeOf } from '../../test/docker/outcome.ts';
import { npmBill, pythonBill } from './bill-of-materials.ts';

const checkout = resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-sbom-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const make = async (name: string): Promise<string> => {
  const { code, stderr } = await outcomeOf(process.execPath, ['--disable-warning=ExperimentalWarning', join(checkout, 'tools', 'sbom.ts'), join(folder, name)]);
  if (code !== 0) throw new Error(stderr);
  return readFileSync(join(folder, name, 'tidewatch.cdx.json'), 'utf8');
};

test('the bill of the image names every package of package-lock.json that is no development dependency, and no other, the same bytes each time', { timeout: 120_000 }, async () => {
  const text = await make('first');
  expect(await make('second')).toBe(text);
  const lock: unknown = parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8'));
  const packages = Object.entries(object(at(lock, 'packages'))).filter(([path, one]) => path !== '' && at(one, 'dev') !== true && at(one, 'devOptional') !== true && at(one, 'extraneous') !== true);
  const wanted = new Set(packages.map(([path, one]) => `${path.replace(/^.*node_modules\//, '')}@${String(at(one, 'version'))}`));
  const { components } = npmBill(text, wanted);
  expect(components).toHaveLength(wanted.size);
  const found = new Set(components.map(({ name, version }) => `${name}@${version}`));
  expect([...wanted].filter((name) => !found.has(name))).toEqual([]);
  for (const name of ['express', 'winston', 'zod']) expect([...found].some((one) => one.startsWith(`${name}@`))).toBe(true);
  for (const name of ['vitest', 'typescript', 'eslint']) expect([...found].some((one) => one.startsWith(`${name}@`))).toBe(false);
  for (const { purl } of components) expect(purl).toMatch(/^pkg:npm\//);
});

test('the bill of the platform has every requirement with its hashes; one without is refused', () => {
  const requirements = readFileSync(join(checkout, 'platform', 'requirements.txt'), 'utf8');
  const bill = pythonBill(requirements);
  expect(bill.components).toHaveLength(requirements.match(/^[a-z][^\s=]*==/gim)?.length ?? 0);
  expect(bill.components.map(({ purl }) => purl)).toContain(`pkg:pypi/flask@${/^flask==(\S+)/im.exec(requirements)?.[1] ?? ''}`);
  expect(() => pythonBill('flask==3.0.0\n')).toThrow('without version or hash: flask==3.0.0');
});
