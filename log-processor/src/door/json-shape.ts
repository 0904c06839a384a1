/** Looks over JSON bytes before they are parsed: how deep and how many values, because a parser allocates first and asks later. */

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

export type JsonLimits = { readonly depth: number; readonly values: number };

/** One pass, nothing allocated. @returns false when the text is deeper or holds more values than allowed */
export function hasShape(bytes: Buffer, { depth: deepest, values: most }: JsonLimits): boolean {
  let [depth, values] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) at = endOfString(bytes, at + 1);
    else if (byte === comma) values += 1;
    else if (closing.has(byte)) depth -= 1;
    else if (opening.has(byte)) {
      depth += 1;
      values += 1;
    }
    if (depth > deepest || values > most) return false;
  }
  return true;
}

/** Where the string ends that was begun; the end of the bytes where it does not. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(quote, start); at !== -1; at = bytes.indexOf(quote, at + 1)) {
    let backslashes = 0;
    while (at - 1 - backslashes >= start && bytes[at - 1 - backslashes] === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return bytes.length;
}
