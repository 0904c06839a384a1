/** Turns the path and query that a client sent into a template: what was asked for, without who or which one. */
import type { PatternName } from '../scrub/pattern-names.ts';
import type { Scrubber } from '../scrub/scrub.ts';
import { originForm } from './origin-form.ts';
import { createPathRules } from './path-rules.ts';
import type { PathRule, PathRules } from './path-rules.ts';
import { encodeSegment, foldHashedAsset, foldSegment } from './path-segments.ts';
import { rememberRecent } from './recent.ts';

export type PathTemplate = { readonly path: string; readonly hits: readonly PatternName[] };
export type PathTemplater = (uri: string) => PathTemplate;

type Tools = {
  readonly scrub: Scrubber;
  /** First match wins. */
  readonly rules: readonly PathRule[];
  /** Query keys that stay, with their scrubbed value. */
  readonly allowedQueryKeys: readonly string[];
  /** Templates kept in memory, 10,000 unless told. */
  readonly maxEntries?: number;
};

type Scrubbing = { readonly scrub: Scrubber; readonly hits: Set<PatternName> };

const maxUriLength = 16 * 1024;
const maxSegments = 12;
const maxPathLength = 240;
const maxValueLength = 40;

/** Decodes what is well encoded and leaves the rest as it is: never throws. Bytes that are no UTF-8 become U+FFFD. */
function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));
}

function scrubWith(scrubbing: Scrubbing, text: string): string {
  const scrubbed = scrubbing.scrub(text);
  for (const name of scrubbed.hits) scrubbing.hits.add(name);
  return scrubbed.text;
}

function withoutMatrix(segment: string): string {
  const semicolon = segment.indexOf(';');
  return semicolon < 0 ? segment : segment.slice(0, semicolon);
}

/** Merged slashes, resolved dot segments, no matrix parameters: what RFC 3986 section 6 and nginx read as the same path. */
function normalise(path: string): string[] {
  const segments: string[] = [];
  const parts = decodePercent(path).normalize('NFC').split('/');
  for (const part of parts) {
    const segment = withoutMatrix(part);
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const last = parts.at(-1) ?? '';
  if (segments.length > 0 && (last === '' || last === '.' || last === '..')) segments.push('');
  return segments;
}

/** Scrubs the segments together, so that what only shows across them is found too, and folds each. */
function foldAll(raw: readonly string[], scrubbing: Scrubbing): string[] {
  const scrubbed = scrubWith(scrubbing, raw.map(foldHashedAsset).join('/')).split('/');
  const folded: string[] = [];
  for (const segment of scrubbed.slice(0, maxSegments)) folded.push(foldSegment(segment, folded));
  if (scrubbed.length > maxSegments) folded.push(':more');
  return folded;
}

function capLength(path: string): string {
  if (path.length <= maxPathLength) return path;
  return `${path.slice(0, path.lastIndexOf('/', maxPathLength))}/:more`;
}

/** `?lang=fr`: allowed keys only, sorted, the first value of each. */
function templateQuery(query: string, allowed: ReadonlySet<string>, scrubbing: Scrubbing): string {
  if (query === '' || allowed.size === 0) return '';
  const kept = new Map<string, string>();
  for (const pair of query.split('&')) {
    const equal = pair.indexOf('=');
    const key = decodePercent(equal < 0 ? pair : pair.slice(0, equal));
    if (!allowed.has(key) || kept.has(key)) continue;
    const value = equal < 0 ? '' : scrubWith(scrubbing, decodePercent(pair.slice(equal + 1).replaceAll('+', ' ')));
    kept.set(key, value.length > maxValueLength ? ':long' : encodeSegment(value));
  }
  const pairs = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${encodeSegment(key)}=${value}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Path and query of an origin-form or absolute-form target; null where it is neither (RFC 9112 section 3.2). */
function splitTarget(uri: string): { path: string; query: string } | null {
  const origin = originForm(uri);
  if (!origin.startsWith('/')) return null;
  const fragment = origin.indexOf('#');
  const target = fragment < 0 ? origin : origin.slice(0, fragment);
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function templatePath(path: string, rules: PathRules, scrubbing: Scrubbing): string {
  const raw = normalise(path);
  const folded = foldAll(raw, scrubbing);
  return capLength(rules(raw, folded) ?? `/${folded.join('/')}`);
}

/**
 * A function from path and query as sent to a template of printable ASCII. `(none)` where nginx could not read a path, `*` for the server itself,
 * `(invalid)` for what is no path, `(long)` above 16 Ki characters.
 */
export function createPathTemplater(tools: Tools): PathTemplater {
  const allowed = new Set(tools.allowedQueryKeys);
  const rules = createPathRules(tools.rules);
  const compute = (uri: string): PathTemplate => {
    if (uri === '') return { path: '(none)', hits: [] };
    if (uri === '*') return { path: '*', hits: [] };
    if (uri.length > maxUriLength) return { path: '(long)', hits: [] };
    const target = splitTarget(uri);
    if (target === null) return { path: '(invalid)', hits: [] };
    const scrubbing: Scrubbing = { scrub: tools.scrub, hits: new Set() };
    const path = templatePath(target.path, rules, scrubbing) + templateQuery(target.query, allowed, scrubbing);
    return { path, hits: [...scrubbing.hits] };
  };
  return rememberRecent(compute, tools.maxEntries ?? 10_000);
}
