/** The few bytes of protobuf that a push needs, written and read by hand because this runs once per line. */

export type Cursor = { position: number };

/** Bytes a value takes as a varint. @param value a safe integer >= 0 */
export const varintSize = (value: number): number => {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
};

/** Writes a safe integer >= 0 at `position` and answers the position behind it. */
export const writeVarint = (buffer: Uint8Array, value: number, position: number): number => {
  let rest = value;
  let at = position;
  // Bit operations hold 31 bits; seconds since 1970 outgrow them in 2038.
  for (; rest > 0x7fffffff; rest = Math.floor(rest / 0x80)) buffer[at++] = (rest % 0x80) | 0x80;
  for (; rest >= 0x80; rest >>>= 7) buffer[at++] = (rest & 0x7f) | 0x80;
  buffer[at++] = rest;
  return at;
};

/** A length-delimited field: tag, length, content. */
export const field = (tag: number, content: Uint8Array): Buffer => {
  const head = Buffer.alloc(1 + varintSize(content.length));
  head[0] = tag;
  writeVarint(head, content.length, 1);
  return Buffer.concat([head, content]);
};

/** Reads a varint of up to 53 bits and moves the cursor behind it. @throws RangeError when the bytes end or the value is larger */
export const readVarint = (buffer: Uint8Array, cursor: Cursor): number => {
  let value = 0;
  let factor = 1;
  for (let count = 0; count < 8; count += 1) {
    const byte = buffer[cursor.position];
    if (byte === undefined) throw new RangeError('the message ends inside a number');
    cursor.position += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 0x80;
  }
  throw new RangeError('a number of more than 53 bits');
};

/** Reads a length and the bytes it announces, as a view. @throws RangeError when they are not all there */
export const readBytes = (buffer: Uint8Array, cursor: Cursor): Uint8Array => {
  const length = readVarint(buffer, cursor);
  const end = cursor.position + length;
  if (end > buffer.length) throw new RangeError('the message ends inside a field');
  const bytes = buffer.subarray(cursor.position, end);
  cursor.position = end;
  return bytes;
};
