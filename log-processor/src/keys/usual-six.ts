/** Reads IPv6 addresses as nginx writes nearly all of them; every new visitor needs one, and the library's reader costs as much as a hash. */

const colon = 0x3a;
const most = 39;
/** Of the address that is being read: what stands before `::` and what stands behind it. */
const before = new Uint16Array(8);
const behind = new Uint16Array(8);

/** The /64 of hexadecimal groups with at most one `::`, which is not at their start. Anything else is null: valid or not, the library decides. */
export function usualSixBytes(text: string): Uint8Array | null {
  if (text.length > most) return null;
  const gap = text.indexOf('::');
  const first = readGroups(text, 0, gap === -1 ? text.length : gap, before);
  if (gap === -1) return first === 8 ? firstHalf(8, 0) : null;
  const second = gap + 2 === text.length ? 0 : readGroups(text, gap + 2, text.length, behind);
  return first < 1 || second < 0 || first + second > 7 ? null : firstHalf(first, second);
}

/** How many groups there are, or -1 where it is something else. */
function readGroups(text: string, start: number, end: number, groups: Uint16Array): number {
  let count = 0;
  let digits = 0;
  let value = 0;
  for (let index = start; index <= end; index += 1) {
    const code = index === end ? colon : text.charCodeAt(index);
    if (code !== colon) {
      value = value * 16 + hexValue(code);
      digits += 1;
      if (value < 0 || digits > 4) return -1;
    } else {
      if (digits === 0 || count > 7) return -1;
      groups[count] = value;
      count += 1;
      value = 0;
      digits = 0;
    }
  }
  return count;
}

/** The first four of eight groups. Null where the first is zero: it could be an address of another kind, such as a v4-mapped one. */
function firstHalf(first: number, second: number): Uint8Array | null {
  if (before[0] === 0) return null;
  const bytes = new Uint8Array(8);
  for (let group = 0; group < 4; group += 1) {
    const value = group < first ? before[group] : group >= 8 - second ? behind[group - 8 + second] : 0;
    bytes[group * 2] = (value ?? 0) >> 8;
    bytes[group * 2 + 1] = (value ?? 0) & 0xff;
  }
  return bytes;
}

/** Far below zero for what is no digit, so that the whole group becomes negative. */
function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1_048_576;
}
