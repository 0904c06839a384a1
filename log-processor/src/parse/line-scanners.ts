/** One scanner for each format that is read, made when its first line comes: words of one format may hold signs that end a word of another. */
import type { LineFormat } from './formats.ts';
import { LineScanner } from './scan-line.ts';

export class LineScanners {
  readonly #seed: () => number;
  readonly #scanners = new Map<LineFormat, LineScanner>();

  /** @param seed random numbers that nobody outside knows */
  constructor(seed: () => number) {
    this.#seed = seed;
  }

  of(format: LineFormat): LineScanner {
    let scanner = this.#scanners.get(format);
    if (scanner === undefined) this.#scanners.set(format, (scanner = new LineScanner(this.#seed(), format)));
    return scanner;
  }

  /** Forgets every word: a key has died. */
  forget(): void {
    for (const scanner of this.#scanners.values()) scanner.forget();
  }
}
