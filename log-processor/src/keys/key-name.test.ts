import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochOfFile, keyFileName } from './key-name.ts';

test('a plain site stays readable', () => {
  expect(keyFileName({ site: 'www.ocean-body.example', day: '2026-09-27' })).toBe('epoch.2026-09-27.www.ocean-body.example.key');
});

test('any site name is one safe file name and comes back from it', () => {
  const sites = fc.oneof(fc.constantFrom('..', '/', '../../etc', 'A', '_', '_41', '\0', 'ü.example', ' '), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }));
  fc.assert(
    fc.property(sites, (site) => {
      fc.pre(Buffer.byteLength(site) <= 60);
      const name = keyFileName({ site, day: '2026-09-27' });
      expect(name).toMatch(/^[a-z0-9._-]{1,250}$/);
      expect(epochOfFile(name)).toEqual({ site, day: '2026-09-27' });
    }),
  );
});

test('names that differ in case only are different files even where the disk does not tell case', () => {
  const names = ['site', 'Site', 'SITE'].map((site) => keyFileName({ site, day: '2026-09-27' }).toLowerCase());
  expect(new Set(names).size).toBe(3);
});

test.each(['identity.key', 'witness', 'epoch.2026-09-27.a.key.0a1b2c3d.draft', 'epoch.2026-9-27.a.key', 'epoch.2026-09-27..KEY', 'epoch.2026-09-27.A.key'])(
  '%s is no key file',
  (name) => expect(epochOfFile(name)).toBeNull(),
);

test('a day that is none, an empty site and an endless site are refused', () => {
  expect(() => keyFileName({ site: 'a', day: '../x' })).toThrow();
  expect(() => keyFileName({ site: '', day: '2026-09-27' })).toThrow();
  expect(() => keyFileName({ site: 'a'.repeat(201), day: '2026-09-27' })).toThrow();
});
