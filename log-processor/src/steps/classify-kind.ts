/** Says what was asked for, and which requests are page views: by the operator's rules first, then by the content type, then by the look of the path. */
import type { Kind } from '../record.ts';
import { originForm } from './origin-form.ts';

export type KindRules = {
  /** Exact paths of health checks. */
  readonly healthPaths: readonly string[];
  /** Paths below which everything is an API call. */
  readonly apiPrefixes: readonly string[];
  /** Exact paths of feeds. */
  readonly feedPaths: readonly string[];
};

export const defaultKindRules: KindRules = {
  healthPaths: ['/healthz', '/health', '/readyz', '/livez', '/ping', '/status'],
  apiPrefixes: ['/api/'],
  feedPaths: ['/feed', '/rss', '/atom.xml', '/rss.xml', '/feed.xml'],
};

/** Distinct content types to remember; an application has a few dozen. */
const maxKnown = 1000;

/**
 * Builds `(method, uri, contentType, status) => kind`; a query is not looked at. The content type counts at 2xx only: an error page or a redirect is
 * HTML whatever was asked for. Old logs have none: then a GET or HEAD without extension, or of one that servers turn into HTML, is a page.
 */
export function createKindOf(rules: KindRules): (method: string, uri: string, contentType: string, status: number) => Kind {
  const prefixes = rules.apiPrefixes.map((prefix) => (prefix.endsWith('/') ? prefix : `${prefix}/`));
  const exact = new Map<string, Kind>(prefixes.map((prefix) => [withoutSlash(prefix), 'api']));
  for (const path of rules.feedPaths) exact.set(withoutSlash(path), 'feed');
  for (const path of rules.healthPaths) exact.set(withoutSlash(path), 'health');
  const knownTypes = new Map<string, Kind | null>();

  const kindOfType = (contentType: string): Kind | null => {
    let kind = knownTypes.get(contentType);
    if (kind === undefined) {
      if (knownTypes.size >= maxKnown) knownTypes.clear();
      kind = readContentType(contentType);
      knownTypes.set(contentType, kind);
    }
    return kind;
  };

  return (method, uri, contentType, status) => {
    const target = originForm(uri);
    if (!target.startsWith('/')) return 'other';
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    const byRule = exact.get(withoutSlash(path));
    if (byRule !== undefined) return byRule;
    if (prefixes.some((prefix) => path.startsWith(prefix))) return 'api';
    const byType = contentType !== '' && status >= 200 && status < 300 ? kindOfType(contentType) : null;
    return byType ?? kindOfPath(method, path);
  };
}

/** A GET answered 2xx or 304 that is a page and that somebody looks at. */
export function isPageView(method: string, status: number, kind: Kind, prefetch: boolean): boolean {
  return kind === 'page' && method === 'GET' && !prefetch && ((status >= 200 && status < 300) || status === 304);
}

/** `Sec-Purpose: prefetch`, `prefetch;prerender` and the like: the browser prepares a page nobody looks at yet. */
export function isPrefetch(purpose: string): boolean {
  return purpose !== '' && /\bpre(?:fetch|render)\b/i.test(purpose);
}

export function isRobotsTxt(path: string): boolean {
  return path === '/robots.txt';
}

const pageTypes = new Set(['text/html', 'application/xhtml+xml']);
const feedTypes = new Set(['application/rss+xml', 'application/atom+xml', 'application/rdf+xml', 'application/feed+json']);
const apiTypes = new Set(['application/json', 'application/problem+json', 'application/grpc-web', 'application/graphql-response+json', 'text/event-stream']);
const assetTypes = new Set(['text/css', 'text/javascript', 'application/javascript', 'application/x-javascript', 'application/wasm', 'application/manifest+json']);
const assetFamily = /^(?:image|font|audio|video)\//;

/** The kind a media type stands for; null where it does not tell, such as `text/plain` or `application/octet-stream`. */
function readContentType(contentType: string): Kind | null {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (pageTypes.has(type)) return 'page';
  if (feedTypes.has(type)) return 'feed';
  if (assetTypes.has(type) || assetFamily.test(type)) return 'asset';
  return apiTypes.has(type) ? 'api' : null;
}

const pageExtensions = ['html', 'htm', 'xhtml', 'php', 'asp', 'aspx', 'jsp', 'cgi'];
const feedExtensions = ['rss', 'atom', 'rdf'];
const assetExtensions = (
  'css js mjs map json webmanifest wasm gif jpg jpeg png webp avif bmp ico svg svgz ttf otf eot woff woff2 swf ' +
  'mp3 mp4 m4a m4v ogg ogv opus wav flac webm mov avi m3u8 ts vtt'
).split(' ');
const kindOfExtension = new Map<string, Kind>([
  ...pageExtensions.map((extension) => [extension, 'page'] as const),
  ...feedExtensions.map((extension) => [extension, 'feed'] as const),
  ...assetExtensions.map((extension) => [extension, 'asset'] as const),
]);

function kindOfPath(method: string, path: string): Kind {
  const dot = path.lastIndexOf('.');
  const hasExtension = dot > path.lastIndexOf('/');
  const kind = hasExtension ? (kindOfExtension.get(path.slice(dot + 1).toLowerCase()) ?? 'other') : 'page';
  return kind === 'page' && method !== 'GET' && method !== 'HEAD' ? 'other' : kind;
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
