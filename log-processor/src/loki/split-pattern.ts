/** Finds a regular expression that divides lines into two smaller heaps, for when Loki has more of them at one nanosecond than it gives at once. */

const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const commonPrefix = (a: readonly string[], b: readonly string[]): readonly string[] => {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
};

/**
 * A pattern in RE2's and JavaScript's common syntax that matches some of the lines and not all; where all are equal, it matches
 * exactly that line.
 */
export const splitPattern = (lines: readonly string[]): string => {
  const characters = lines.map((line) => Array.from(line));
  const prefix = characters.reduce<readonly string[]>(commonPrefix, characters[0] ?? []);
  const nexts = [...new Set(characters.map((line) => line[prefix.length] ?? ''))].sort();
  const half = nexts.slice(0, Math.ceil(nexts.length / 2)).map((next) => (next === '' ? '$' : escapeRegex(next)));
  return `^${escapeRegex(prefix.join(''))}(?:${half.join('|')})`;
};
