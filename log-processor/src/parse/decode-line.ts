/** Turns the bytes of a line into text without losing or merging any: nginx copies every byte above 0x1F as it came, so a line can be invalid UTF-8. */
import { isUtf8 } from 'node:buffer';

/**
 * A byte `b` that is not part of valid UTF-8 becomes the private-use character U+EF00 + b (U+EF80 to U+EFFF).
 * Replacing it by U+FFFD would make different user agents equal. Reading the whole line as latin1 would make byte 0xFF equal to a
 * well-formed `ÿ`, and one visitor two when a bad byte stands in another field of the line.
 */
const badByteBase = 0xef00;

/** Decodes a line, or a field of one: the same bytes give the same text whatever stands beside them. Linear in its length. */
export function decodeLine(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString('utf8') : decodeBroken(buffer);
}

function decodeBroken(buffer: Buffer): string {
  const units = new Uint16Array(buffer.length);
  let count = 0;
  for (let at = 0; at < buffer.length; ) {
    const lead = buffer[at] ?? 0;
    const length = lead < 0x80 ? 1 : lengthOf(lead);
    const point = length === 1 ? lead : codePoint(buffer, at, length);
    if (point > 0xffff) {
      units[count++] = 0xd800 + ((point - 0x10000) >> 10);
      units[count++] = 0xdc00 + (point & 0x3ff);
    } else units[count++] = point === -1 ? badByteBase + lead : point;
    at += point === -1 ? 1 : length;
  }
  return Buffer.from(units.buffer, 0, count * 2).toString('utf16le');
}

/** Bytes of a character that begins with this one; 0 for a byte that begins none. */
const lengthOf = (lead: number): number => (lead < 0xc2 || lead > 0xf4 ? 0 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2);

/** The smallest character that needs so many bytes: a longer form of a smaller one is not well-formed. */
const smallest = [0, 0, 0x80, 0x800, 0x10000];

/** The character of so many bytes at this place; -1 where they are not well-formed (Unicode 17, table 3-7). */
function codePoint(buffer: Buffer, at: number, length: number): number {
  if (length === 0 || at + length > buffer.length) return -1;
  let point = buffer.readUInt8(at) & (0x7f >> length);
  for (let next = at + 1; next < at + length; next += 1) {
    const byte = buffer.readUInt8(next);
    if ((byte & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (byte & 0x3f);
  }
  return isCharacter(point) && point >= (smallest[length] ?? 0) ? point : -1;
}

/** Unicode has no character for one half of a surrogate pair, and none beyond its last plane. */
const isCharacter = (point: number): boolean => (point < 0xd800 || point > 0xdfff) && point <= 0x10ffff;
