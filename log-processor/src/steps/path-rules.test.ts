import { describe, expect, test } from 'vitest';
import { createPathRules } from './path-rules.ts';

const rules = createPathRules([
  { match: '/', template: '/home' },
  { match: '/a/*', template: '/a/:one' },
  { match: '/a/**', template: '/a/:rest' },
  { match: '/b/*/c/**', template: '/b/*/**' },
]);
const apply = (path: string): string | null => rules(path.slice(1).split('/'), path.slice(1).toUpperCase().split('/'));

describe('path rules', () => {
  test.each([
    ['/', '/home'],
    ['/a', '/a/:rest'],
    ['/a/', '/a/:rest'],
    ['/a/x', '/a/:one'],
    ['/a/x/y', '/a/:rest'],
    ['/b/x/c/d/e', '/b/X/D/E'],
    ['/b/x/d', null],
    ['/c', null],
  ])('%s is %s', (path, expected) => {
    expect(apply(path)).toBe(expected);
  });
});
