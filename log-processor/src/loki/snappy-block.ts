/** Opens snappy blocks that strangers sent: what a block says of its own length is believed only as a reason to refuse it. */
import { uncompressSync } from 'snappy';

/** Bytes the block says it unpacks to; null where it does not say (https://github.com/google/snappy/blob/main/format_description.txt, preamble). */
export function declaredLength(block: Uint8Array): number | null {
  let length = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = block[at];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 0x80 ** at;
    if (byte < 0x80) return length < 2 ** 32 ? length : null;
  }
  return null;
}

/** Unpacks a block whose declared length was looked at before. Null where it is no snappy block. */
export function unpackBlock(block: Uint8Array): Buffer | null {
  try {
    const plain = uncompressSync(block, { copyOutputData: true });
    return typeof plain === 'string' ? Buffer.from(plain) : plain;
  } catch {
    return null; // the library's only way to say no
  }
}
