import { describe, expect, test } from 'vitest';
import { createKindOf, defaultKindRules, isPageView, isPrefetch, isRobotsTxt } from './classify-kind.ts';

const kindOf = createKindOf(defaultKindRules);
const html = 'text/html; charset=utf-8';

test.each([
  ['/', html, 'page'],
  ['/about', 'application/xhtml+xml', 'page'],
  ['/photo.jpg', 'text/html', 'page'],
  ['/app.css', 'text/css', 'asset'],
  ['/x', 'TEXT/JavaScript;charset=UTF-8', 'asset'],
  ['/x', 'image/webp', 'asset'],
  ['/x', 'font/woff2', 'asset'],
  ['/blog', 'application/rss+xml', 'feed'],
  ['/blog', 'application/atom+xml; charset=utf-8', 'feed'],
  ['/search', 'application/json', 'api'],
  ['/events', 'text/event-stream', 'api'],
  ['/paper.pdf', 'application/pdf', 'other'],
  ['/sitemap.xml', 'text/xml', 'other'],
  ['/robots.txt', 'text/plain', 'other'],
  ['/x.woff2', 'application/octet-stream', 'asset'],
])('a 200 of %s as %s is %s', (path, type, kind) => expect(kindOf('GET', path, type, 200)).toBe(kind));

test.each([
  ['GET', '/', 'page'],
  ['GET', '/fr/oceans', 'page'],
  ['GET', '/index.PHP?id=1.css', 'page'],
  ['GET', '/v1.2/notes', 'page'],
  ['HEAD', '/', 'page'],
  ['POST', '/form', 'other'],
  ['GET', '/a.min.js', 'asset'],
  ['GET', '/favicon.ico?v=2', 'asset'],
  ['GET', '/posts.rss', 'feed'],
  ['GET', '/archive.zip', 'other'],
  ['GET', '/.env', 'other'],
  ['GET', '', 'other'],
  ['OPTIONS', '*', 'other'],
  ['GET', 'http://example.net/', 'page'],
  ['GET', 'http://example.net', 'page'],
  ['GET', 'https://example.net/a.min.js?v=2', 'asset'],
  ['CONNECT', 'example.net:443', 'other'],
])('without a content type %s %s is %s', (method, path, kind) => expect(kindOf(method, path, '', 200)).toBe(kind));

test('the operator has the first word', () => {
  for (const path of ['http://198.51.100.7/healthz', '/healthz', '/healthz/', '/health?full=1', '/ping', '/status']) expect(kindOf('GET', path, html, 200), path).toBe('health');
  for (const path of ['/api/', '/api', '/api/v1/ocean.html', '/api/feed']) expect(kindOf('GET', path, html, 200), path).toBe('api');
  for (const path of ['/feed', '/feed/', '/rss.xml']) expect(kindOf('GET', path, 'text/xml', 200), path).toBe('feed');
  expect(kindOf('GET', '/apiary', html, 200)).toBe('page');
  expect(kindOf('GET', '/healthz/more', html, 200)).toBe('page');
  const own = createKindOf({ healthPaths: ['/api/up'], apiPrefixes: ['/graphql', '/api/'], feedPaths: [] });
  expect(own('GET', '/api/up', '', 200)).toBe('health');
  expect(own('POST', '/graphql', '', 200)).toBe('api');
  expect(own('GET', '/feed', html, 200)).toBe('page');
});

test('the type of an error page or a redirect says nothing about what was asked for', () => {
  for (const status of [301, 304, 404, 500]) {
    expect(kindOf('GET', '/logo.png', html, status)).toBe('asset');
    expect(kindOf('GET', '/about', html, status)).toBe('page');
  }
});

test('more content types than are remembered change nothing', () => {
  for (let number = 0; number < 2500; number += 1) expect(kindOf('GET', '/x', `text/html; q=${number}`, 200)).toBe('page');
});

describe('a page view', () => {
  test.each([
    ['GET', 200, true],
    ['GET', 204, true],
    ['GET', 299, true],
    ['GET', 304, true],
    ['GET', 199, false],
    ['GET', 301, false],
    ['GET', 404, false],
    ['GET', 500, false],
    ['HEAD', 200, false],
    ['POST', 200, false],
  ])('%s answered %i: %s', (method, status, views) => expect(isPageView(method, status, 'page', false)).toBe(views));
  test('is neither prefetched nor anything but a page', () => {
    expect(isPageView('GET', 200, 'page', true)).toBe(false);
    for (const kind of ['asset', 'api', 'feed', 'health', 'other'] as const) expect(isPageView('GET', 200, kind, false)).toBe(false);
  });
});

test('a prefetch says so', () => {
  for (const purpose of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip', 'Prefetch', 'prerender']) expect(isPrefetch(purpose), purpose).toBe(true);
  for (const purpose of ['', '-', 'preview', 'noprefetching']) expect(isPrefetch(purpose), purpose).toBe(false);
});

test('robots.txt is one path', () => {
  expect(isRobotsTxt('/robots.txt')).toBe(true);
  for (const path of ['/a/robots.txt', '/robots.txt/', '/Robots.txt', '']) expect(isRobotsTxt(path), path).toBe(false);
});
