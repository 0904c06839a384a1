/** Pieces of text that come again and again, kept as bytes: copying four at a time costs less than building a string that is encoded later. */

/** Text as UTF-8 in groups of 4 bytes; the last group is filled up. */
export type Fragment = { readonly groups: Int32Array; readonly length: number };

export function fragmentOf(text: string): Fragment {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.alloc((length + 3) & ~3);
  bytes.write(text);
  return { groups: Int32Array.from({ length: bytes.length / 4 }, (_, group) => bytes.readInt32LE(group * 4)), length };
}

/** Up to three bytes behind the fragment are overwritten too. @returns where it ends */
export function putFragment(view: DataView, at: number, { groups, length }: Fragment): number {
  for (let group = 0, to = at; group < groups.length; group += 1, to += 4) view.setInt32(to, groups[group] ?? 0, true);
  return at + length;
}

/** Writes text that is ASCII. @returns where it ends */
export function putAscii(view: DataView, at: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) view.setUint8(at + index, text.charCodeAt(index));
  return at + text.length;
}

/** Writes a number as JSON does. @returns where it ends */
export function putNumber(view: DataView, at: number, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) return putAscii(view, at, String(value));
  let digits = 1;
  for (let limit = 10; limit <= value; limit *= 10) digits += 1;
  return putDigits(view, at, value, digits);
}

/** Writes a whole number with leading zeros. @returns where it ends */
export function putDigits(view: DataView, at: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let to = at + digits - 1; to >= at; to -= 1) {
    const tenth = (rest / 10) | 0;
    view.setUint8(to, 48 + rest - tenth * 10);
    rest = tenth;
  }
  return at + digits;
}

/** Remembers the fragments of texts seen lately, at most so many. */
export function rememberFragments(textOf: (key: string) => string, most: number): (key: string) => Fragment {
  const known = new Map<string, Fragment>();
  return (key) => {
    let fragment = known.get(key);
    if (fragment === undefined) {
      if (known.size >= most) known.clear();
      fragment = fragmentOf(textOf(key));
      known.set(key, fragment);
    }
    return fragment;
  };
}
