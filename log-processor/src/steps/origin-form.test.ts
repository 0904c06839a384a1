import { expect, test } from 'vitest';
import { originForm } from './origin-form.ts';

test.each([
  ['/reef?x=1', '/reef?x=1'],
  ['http://ocean.example/reef?x=1', '/reef?x=1'],
  ['HTTPS://ocean.example:443/reef', '/reef'],
  ['http://user@198.51.100.7/', '/'],
  ['http://ocean.example', '/'],
  ['http://ocean.example?x=1', '/?x=1'],
  ['http:///reef', '/reef'],
  ['//ocean.example/reef', '//ocean.example/reef'],
  ['*', '*'],
  ['ocean.example:443', 'ocean.example:443'],
  ['', ''],
  ['reef', 'reef'],
])('%j is the path %j', (target, path) => {
  expect(originForm(target)).toBe(path);
});
