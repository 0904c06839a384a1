/** Reads a label set as LogQL writes it, `{job="nginx", host="web-1"}`, with the escapes of a Go string. */
import { PushRefused } from './pushed.ts';

/** Longest label set, names per set and value that Loki's own documentation thinks of. */
const longest = 65_536;
const mostLabels = 100;

const pair = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*(?:"((?:[^"\\\n]|\\.)*)"|`([^`]*)`)\s*(?:,(\s*\}$)?|(\}$))/y;
const escape = /\\(?:([abfnrtv\\"'])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/g;
const short: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"', "'": "'" };

/** @throws PushRefused when it is no label set, or one name stands in it twice */
export function parseLabels(text: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const trimmed = text.trim();
  if (trimmed.length > longest || !trimmed.startsWith('{')) throw noLabels();
  if (/^\{\s*\}$/.test(trimmed)) return labels;
  pair.lastIndex = 1;
  for (;;) {
    const { name, value, isLast } = nextPair(trimmed);
    if (labels.has(name) || labels.size >= mostLabels) throw noLabels();
    labels.set(name, value);
    if (isLast) return labels;
  }
}

const noLabels = (): PushRefused => new PushRefused(400, 'the labels of a stream cannot be read');

/** Go on where the last pair ended; a comma may stand at the end, as in Go. */
function nextPair(text: string): { name: string; value: string; isLast: boolean } {
  const found = pair.exec(text);
  if (found === null) throw noLabels();
  const [, name = '', quoted = '', raw, lastComma, last] = found;
  return { name, value: raw ?? unquote(quoted), isLast: (lastComma ?? last) !== undefined };
}

function unquote(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(escape, (...groups: unknown[]) => {
    const [, letter, two, four, eight, octal] = groups.map((group) => (typeof group === 'string' ? group : undefined));
    if (letter !== undefined) return short[letter] ?? letter;
    const code = octal === undefined ? Number.parseInt(two ?? four ?? eight ?? '', 16) : Number.parseInt(octal, 8);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}
