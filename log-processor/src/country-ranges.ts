/** Finds the country of an address in sorted ranges of numbers: a hundred nanoseconds, where the library that brings the data needs one or two thousand (bench/countries.ts). */

/** Records of equal length: first address, last address, two letters of ISO 3166-1; sorted, without overlaps, numbers big-endian. */
const wide = { four: 10, six: 18 };
/** Places in the table of IPv4 ranges by the first 16 bits of an address. */
const firstHalves = 65_536;

export class CountryRanges {
  readonly #four: Uint32Array;
  readonly #lastFour: Uint32Array;
  /** Where the ranges of each first half begin. */
  readonly #fourFrom = new Uint32Array(firstHalves + 1);
  /** Upper and lower half of the first 64 bits. */
  readonly #six: Uint32Array;
  readonly #sixLow: Uint32Array;
  readonly #lastSix: Uint32Array;
  readonly #lastSixLow: Uint32Array;
  /** Countries by range, as numbers of `#codes`. */
  readonly #fourCodes: Uint16Array;
  readonly #sixCodes: Uint16Array;
  readonly #codes: string[] = [];

  /** @throws RangeError for data that are no whole number of records, or unsorted */
  constructor(four: Buffer, six: Buffer) {
    this.#four = numbers(four, wide.four, 0);
    this.#lastFour = numbers(four, wide.four, 4);
    this.#six = numbers(six, wide.six, 0);
    this.#sixLow = numbers(six, wide.six, 4);
    this.#lastSix = numbers(six, wide.six, 8);
    this.#lastSixLow = numbers(six, wide.six, 12);
    const known = new Map<string, number>();
    this.#fourCodes = this.#readCodes(four, wide.four, known);
    this.#sixCodes = this.#readCodes(six, wide.six, known);
    this.#indexFour();
  }

  /** @param bytes 4 of IPv4, or the first 8 of IPv6; @returns what the data say, null where they say nothing */
  lookUp(bytes: Uint8Array): string | null {
    const high = numberAt(bytes, 0);
    return bytes.length === 4 ? this.#lookUpFour(high) : this.#lookUpSix(high, numberAt(bytes, 4));
  }

  #lookUpFour(number: number): string | null {
    const half = number >>> 16;
    // The last range that begins at or before the number may begin in an earlier half.
    let below = (this.#fourFrom[half] ?? 0) - 1;
    let above = this.#fourFrom[half + 1] ?? 0;
    while (above - below > 1) {
      const middle = (below + above) >>> 1;
      if ((this.#four[middle] ?? 0) <= number) below = middle;
      else above = middle;
    }
    return below >= 0 && number <= (this.#lastFour[below] ?? 0) ? this.#codeOf(this.#fourCodes[below]) : null;
  }

  #lookUpSix(high: number, low: number): string | null {
    let below = -1;
    let above = this.#six.length;
    while (above - below > 1) {
      const middle = (below + above) >>> 1;
      if (isUpTo(this.#six[middle], this.#sixLow[middle], high, low)) below = middle;
      else above = middle;
    }
    return below >= 0 && isUpTo(high, low, this.#lastSix[below] ?? 0, this.#lastSixLow[below] ?? 0) ? this.#codeOf(this.#sixCodes[below]) : null;
  }

  #codeOf(code: number | undefined): string | null {
    return this.#codes[code ?? -1] ?? null;
  }

  #readCodes(records: Buffer, recordBytes: number, known: Map<string, number>): Uint16Array {
    const codes = new Uint16Array(records.length / recordBytes);
    for (let index = 0; index < codes.length; index += 1) {
      const code = String.fromCharCode(records.readUInt8((index + 1) * recordBytes - 2), records.readUInt8((index + 1) * recordBytes - 1));
      let number = known.get(code);
      if (number === undefined) known.set(code, (number = this.#codes.push(code) - 1));
      codes[index] = number;
    }
    return codes;
  }

  #indexFour(): void {
    let half = 0;
    for (let index = 0; index < this.#four.length; index += 1) {
      const first = (this.#four[index] ?? 0) >>> 16;
      for (; half <= first; half += 1) this.#fourFrom[half] = index;
    }
    for (; half <= firstHalves; half += 1) this.#fourFrom[half] = this.#four.length;
  }
}

/** One 32-bit number of every record. */
function numbers(records: Buffer, recordBytes: number, at: number): Uint32Array {
  if (records.length % recordBytes !== 0) throw new RangeError('country data: expected whole records; is the file torn?');
  const found = new Uint32Array(records.length / recordBytes);
  for (let index = 0; index < found.length; index += 1) found[index] = records.readUInt32BE(index * recordBytes + at);
  if (at === 0 && found.some((number, index) => number < (found[index - 1] ?? 0))) throw new RangeError('country data: expected sorted ranges');
  return found;
}

/** Of two numbers of 64 bits, each in two halves. */
const isUpTo = (high = 0, low = 0, otherHigh: number, otherLow: number): boolean => high < otherHigh || (high === otherHigh && low <= otherLow);

const numberAt = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
