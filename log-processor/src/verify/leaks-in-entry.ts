/** Looks for personal data in one kept entry: its labels, its metadata, and every name and value of its line, as deep as it goes. */
import type { HeldEntry } from './held-lines.ts';

/** Where something was found, and what it looks like; never the text itself. */
export type Leak = { readonly where: string; readonly pattern: string };
/** Names of the patterns that are found in a text, in whatever they are encoded: in one value, or in a line that a program wrote. */
export type Hits = { readonly inValue: (text: string) => readonly string[]; /** `timeMs` of the line: near it, a number is a time. */ readonly inText: (text: string, timeMs: number) => readonly string[] };
/** Streams whose lines the processor writes itself, as JSON of its own fields; all others are texts that went through the second door. */
const ownStreams: ReadonlySet<string> = new Set(['access', 'visit', 'day']);
/** Pages of the stack itself are access lines in a stream of texts. */
const ownLine = /^\{"(?:visitor|client|method)":"/;

/** Values that only look random: keyed tokens and hashes, which are accepted in exactly their own shape and place. */
const ownShapes: Readonly<Record<string, RegExp>> = {
  visitor: /^[0-9a-f]{32}$/,
  client: /^[0-9a-f]{16}$/,
  previous: /^[0-9a-f]{64}$/,
};
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{6})?)?Z$/;
const day = /^\d{4}-\d\d-\d\d$/;
/** Where versions of programs and data stand: `5.0.202609260156` is no card and no telephone. */
const versionsPath = /^line versions\.\w+$/;
/** The client token that stands for an address in a scrubbed text. One in two thousand has digits only, and is looked at: a card number has as many. */
const clientInText = /(?<![0-9a-zA-Z%])(?=[0-9]*[a-f])[0-9a-f]{16}(?![0-9a-zA-Z])/g;
/** Counts and measures of ours, which may have any digits. */
const ownNumbers: ReadonlySet<string> = new Set(['status', 'bytes', 'request_time', 'upstream_time', 'duration_seconds', 'views', 'requests', 'server_seconds', 'transfer_co2e_grams']);
/** Deeper than anything that is ours. */
const mostDepth = 20;

export function leaksIn({ labels, ns, line, metadata }: HeldEntry, hits: Hits): Leak[] {
  const leaks: Leak[] = [];
  const look: Look = { hits, isReceipt: labels['stream'] === 'day', found: (where, pattern) => leaks.push({ where, pattern }) };
  for (const [name, value] of Object.entries(labels)) lookAtPair(`label ${name}`, name, value, look);
  for (const [name, value] of Object.entries(metadata)) lookAtPair(`metadata ${name}`, name, value, look);
  const parsed = parse(line);
  const isOwn = ownStreams.has(labels['stream'] ?? '') || (labels['stream'] === 'stack' && ownLine.test(line));
  if (isOwn && parsed !== null) lookInto(parsed, 'line', look, 0);
  else lookAtForeign(line, parsed, { ...look, timeMs: Number(ns.slice(0, -6)) });
  return leaks;
}

/** What is counted by a name that is personal: the values of the labels on `/metrics`. */
export function leaksInLabels(labels: readonly (readonly [name: string, value: string])[], hits: Hits): Leak[] {
  const leaks: Leak[] = [];
  const look: Look = { hits, isReceipt: false, found: (where, pattern) => leaks.push({ where, pattern }) };
  for (const [name, value] of labels) if (!name.endsWith('version')) lookAtPair(`label ${name}`, name, value, look);
  return leaks;
}

/** A line of another program was scrubbed as a text, whatever it is; where it is JSON, each of its values is looked at as a text of its own, too. */
function lookAtForeign(line: string, parsed: object | null, look: Look & { readonly timeMs: number }): void {
  const inText = (text: string): readonly string[] => look.hits.inText(text.replace(clientInText, ''), look.timeMs);
  for (const pattern of inText(line)) look.found('line', pattern);
  if (parsed !== null) lookInto(parsed, 'line', { ...look, hits: { inValue: inText, inText } }, 0);
}

type Look = { readonly hits: Hits; /** A receipt counts everything there is, by any name. */ readonly isReceipt: boolean; readonly found: (where: string, pattern: string) => void };

/** A line that is no JSON object or list is text. */
function parse(line: string): object | null {
  if (!/^\s*[[{]/.test(line)) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function lookInto(value: object, where: string, look: Look, depth: number): void {
  if (depth > mostDepth) {
    look.found(where, 'oversize');
    return;
  }
  const pairs: [string, unknown][] = Object.entries(value);
  for (const [name, inner] of pairs) {
    const place = where === 'line' ? `line ${plainName(name)}` : `${where}.${plainName(name)}`;
    lookAtText(`${place} (its name)`, name, look);
    if (typeof inner === 'object' && inner !== null) lookInto(inner, place, look, depth + 1);
    else if (typeof inner === 'string') lookAtPair(place, name, inner, look);
    else if (typeof inner === 'number' && !look.isReceipt && !ownNumbers.has(name)) lookAtText(place, String(inner), look);
  }
}

/** Names are shown, so only harmless ones are. */
const plainName = (name: string): string => (/^[a-z_0-9]{1,40}$/i.test(name) ? name : '(a name)');

function lookAtPair(where: string, name: string, value: string, look: Look): void {
  if (ownShapes[name]?.test(value) === true || instant.test(value) || day.test(value) || versionsPath.test(where)) return;
  lookAtText(where, value, look);
}

function lookAtText(where: string, text: string, look: Look): void {
  for (const pattern of look.hits.inValue(text)) look.found(where, pattern);
}
