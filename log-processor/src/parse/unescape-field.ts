/** Undoes what nginx (`\xHH`) and Apache (`\"`, `\n`, `\xhh`) do to a quoted field of a combined line. */
import { decodeLine } from './decode-line.ts';

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['v', '\v'],
  ['f', '\f'],
]);

/** The field as it was sent. Escaped bytes are put together before they are decoded, so that `\xC3\xA9` is `é` again. Linear in its length. */
export function unescapeField(field: string): string {
  if (!field.includes('\\')) return field;
  const pieces: Buffer[] = [];
  let plainFrom = 0;
  let at = field.indexOf('\\');
  while (at >= 0 && at < field.length - 1) {
    if (at > plainFrom) pieces.push(Buffer.from(field.slice(plainFrom, at)));
    const hex = field[at + 1] === 'x' ? field.slice(at + 2, at + 4) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      pieces.push(Buffer.from(hex, 'hex'));
      plainFrom = at + 4;
    } else {
      const letter = String.fromCodePoint(field.codePointAt(at + 1) ?? 0);
      pieces.push(Buffer.from(escapes.get(letter) ?? letter));
      plainFrom = at + 1 + letter.length;
    }
    at = field.indexOf('\\', plainFrom);
  }
  pieces.push(Buffer.from(field.slice(plainFrom)));
  return decodeLine(Buffer.concat(pieces));
}
