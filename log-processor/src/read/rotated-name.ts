/** Knows by its name whether a file is a rotated generation of another, and which of two is older. */

const compressed = /\.(?:gz|zst|xz|bz2)$/;
const mark = /^(?:[-._](?:\d[\d\-_.T:]*|old))+$/;

/** The name without the ending of a compressor. */
export function withoutCompression(name: string): string {
  return name.replace(compressed, '');
}

export function isCompressedName(name: string): boolean {
  return compressed.test(name);
}

/** Compressed in a way that cannot be read here: such a generation counts as vanished, never as lines. */
export function isUnreadableName(name: string): boolean {
  return compressed.test(name) && !name.endsWith('.gz');
}

/**
 * True for what logrotate and its like make of `base`: `access.log.1`, `access.log-20260101`, `access.log.1.gz`, `access.log.gz`,
 * `access.log.old`, and with the mark before the extension `access-20260101.log`, `access.1.log.gz`.
 */
export function isRotatedName(name: string, base: string): boolean {
  if (name === base) return false;
  const plain = withoutCompression(name);
  if (plain === base) return true;
  if (plain.startsWith(base)) return mark.test(plain.slice(base.length));
  const dot = base.lastIndexOf('.');
  if (dot <= 0) return false;
  const stem = base.slice(0, dot);
  const extension = base.slice(dot);
  if (!plain.startsWith(stem) || !plain.endsWith(extension)) return false;
  return mark.test(plain.slice(stem.length, plain.length - extension.length));
}

type Rotated = { readonly name: string; readonly modifiedMs: number };

/**
 * Older first. Numbers count backwards (`.2` is older than `.1`), dates forwards; names of different kinds go by their last change.
 */
export function compareRotated(a: Rotated, b: Rotated): number {
  return byNumber(a.name, b.name) || byDate(a.name, b.name) || a.modifiedMs - b.modifiedMs || byText(a.name, b.name);
}

function byNumber(a: string, b: string): number {
  const numberA = rotationNumber(a);
  const numberB = rotationNumber(b);
  return numberA === null || numberB === null ? 0 : numberB - numberA;
}

function byDate(a: string, b: string): number {
  return isDated(a) && isDated(b) ? byText(a, b) : 0;
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The `1` of `access.log.1`, `access.log.1.gz` or `access.1.log`; null for dates and the like. */
function rotationNumber(name: string): number | null {
  const found = /[-._](\d{1,5})(?:\.[a-z]+)?$/i.exec(withoutCompression(name));
  return found?.[1] === undefined || isDated(name) ? null : Number(found[1]);
}

function isDated(name: string): boolean {
  return /\d{6,}|\d{4}-\d{2}/.test(name);
}
