/** Narrows the values of a SQLite row, because a file on a disk can hold anything. */

export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('expected text in a column of the state');
  return value;
}

export function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('expected a number in a column of the state');
  return value;
}

export function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError('expected bytes in a column of the state');
  return value;
}
