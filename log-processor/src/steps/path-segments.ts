/** Folds one path segment into what it has in common with its like: numbers, tokens, names and hashed files become placeholders. */

/** What may stand in a template as it is; anything else is percent-encoded. Printable ASCII without quotes, backslash and URL delimiters. */
const unsafe = /[^A-Za-z0-9._~!$()*+,:;=@-]+/g;
const longestSegment = 80;

/** The segment after one of these is somebody's name. */
const personal =
  /^(?:u|users?|utilisateurs?|members?|membres?|patients?|profiles?|profils?|people|person|customers?|clients?|authors?|auteurs?)$/i;
// nothing to fold: most segments are this
const words = /^[A-Za-z._-]{1,80}$/;
const dated = /^(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?$/;
const year = /^(?:19|20)[0-9]{2}$/;
const shortNumber = /^(?:0?[1-9]|[12][0-9]|3[01])$/;
const asset = /^(?:m?js|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp4|webm|mp3|ogg|pdf|json|wasm|webmanifest|txt|xml)$/i;

/** Percent-encodes whatever a template must not hold; a lone surrogate becomes the replacement character. */
export function encodeSegment(text: string): string {
  return text.replace(unsafe, (part) => encodeURIComponent(part.toWellFormed()).replace(/'/g, '%27'));
}

/** How often letters and digits follow each other. */
function alternations(piece: string): number {
  return (piece.match(/[0-9](?=[a-z])|[a-z](?=[0-9])/gi) ?? []).length;
}

function mixedCase(piece: string): number {
  return (piece.match(/[a-z0-9](?=[A-Z])/g) ?? []).length;
}

/** At least eight letters and digits that change too often for a word: SKUs, video ids, short hashes. */
function isToken(piece: string): boolean {
  return piece.length >= 8 && /[0-9]/.test(piece) && /[a-z]/i.test(piece) && alternations(piece) + mixedCase(piece) >= 3;
}

/** What a bundler adds to a file name: six hexadecimal digits or more with a number among them, or a mixed token. */
function isHash(piece: string): boolean {
  return isToken(piece) || (/^[0-9a-f]{6,64}$/i.test(piece) && /[0-9]/.test(piece) && /[a-f]/i.test(piece));
}

/** `app.3f2a9c.js` -> `app.:hash.js`; any other segment stays as it is. Done before the scrubbing, for which a hash is an address or a token. */
export function foldHashedAsset(segment: string): string {
  const dot = segment.lastIndexOf('.');
  if (dot <= 0 || !asset.test(segment.slice(dot + 1))) return segment;
  const stem = segment.slice(0, dot);
  const folded = stem.replace(/[A-Za-z0-9]+/g, (piece, index: number) => (stem.charAt(index - 1) !== ':' && isHash(piece) ? ':hash' : piece));
  return folded + segment.slice(dot);
}

function isDatePart(segment: string, before: readonly string[]): boolean {
  if (dated.test(segment)) return true;
  if (!shortNumber.test(segment)) return false;
  const last = before.at(-1) ?? '';
  return year.test(last) || (shortNumber.test(last) && year.test(before.at(-2) ?? ''));
}

function foldPieces(segment: string): string {
  return segment.replace(/:?[A-Za-z0-9]+/g, (piece) => {
    if (piece.startsWith(':')) return piece;
    if (/^[0-9]{5,}$/.test(piece)) return ':id';
    return isToken(piece) ? ':token' : piece;
  });
}

/**
 * The template of one scrubbed segment; `before` are the segments in front of it, as folded so far.
 * Years, months and days stay: `/2026/01/15`, `/2026-01-15`.
 */
export function foldSegment(segment: string, before: readonly string[]): string {
  if (segment === '') return '';
  if (personal.test(before.at(-1) ?? '')) return ':name';
  if (words.test(segment)) return segment;
  if (/^[~@]./.test(segment)) return ':user';
  if (isDatePart(segment, before)) return segment;
  if (/^[0-9]+$/.test(segment)) return ':id';
  if (segment.length > longestSegment) return ':long';
  const encoded = encodeSegment(foldPieces(segment));
  return encoded.length > longestSegment ? ':long' : encoded;
}
