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
  let text = '';
  let goodFrom = 0;
  let at = 0;
  while (at < buffer.length) {
    const length = sequenceLength(buffer, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += buffer.toString('utf8', goodFrom, at) + String.fromCharCode(badByteBase + buffer.readUInt8(at));
    at += 1;
    goodFrom = at;
  }
  return text + buffer.toString('utf8', goodFrom);
}

/** Bytes of the well-formed character at this place; 0 where there is none. */
function sequenceLength(buffer: Buffer, at: number): number {
  const lead = buffer.readUInt8(at);
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const end = at + length;
  return end <= buffer.length && isUtf8(buffer.subarray(at, end)) ? length : 0;
}
