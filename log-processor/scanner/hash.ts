/** The hash of a text, eight bytes at a time, which finds its place in a word table. */

// Odd constants with evenly spread bits, so that one multiplication carries every bit of a text upwards.
const spreadFirst: u64 = 0x9e3779b97f4a7c15;
const spreadSecond: u64 = 0xc2b2ae3d27d4eb4f;

let seed: u64 = 0;

/** A number that nobody outside knows, so that nobody can choose texts with equal hashes. */
export function setSeed(low: u32, high: u32): void {
  seed = (<u64>high << 32) | low;
}

/** Of no bytes yet; the same text under another scope is another word. */
@inline
export function begin(scope: u32): u64 {
  return seed ^ (<u64>scope * spreadSecond);
}

@inline
export function mix(hash: u64, eight: u64): u64 {
  return rotl(hash ^ eight, 29) * spreadFirst;
}

/** Never 0, which stands for a free place. */
@inline
export function finish(hash: u64): u32 {
  return <u32>(((hash ^ (hash >>> 32)) * spreadSecond) >>> 32) | 1;
}
