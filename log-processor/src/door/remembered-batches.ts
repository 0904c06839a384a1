/** Remembers for a day which batches were taken, so that one a sender repeats because it missed the answer is taken once. */
import type { Put } from '../record.ts';

export const batchPrefix = 'push/';
const rememberMs = 24 * 3_600_000;
/** Digits of a keyed fingerprint: 96 bits in base64url. */
const fingerprintLength = 16;

/** Of one commit: when, under which key of the state, and how many batches. */
type Row = { readonly key: string; readonly timeMs: number; readonly batches: string };

/**
 * Fingerprints must be keyed: an unkeyed one of a short log line would give the line away. One row of the state per commit.
 * Over `most` batches the oldest go before their day is over.
 */
export class RememberedBatches {
  readonly #most: number;
  readonly #known = new Set<string>();
  readonly #rows: Row[] = [];
  #first = 0;
  #number = 0;
  #gone: string[] = [];

  /** @param entries of the state under `push/`, in key order */
  constructor(most: number, entries: Iterable<readonly [key: string, value: string]>) {
    this.#most = most;
    for (const [key, batches] of entries) {
      this.#add({ key, timeMs: Number.parseInt(key.slice(batchPrefix.length, batchPrefix.length + 9), 36), batches });
      this.#number = Number.parseInt(key.slice(batchPrefix.length + 10), 36) + 1;
    }
  }

  /** @param batch sender and fingerprint as one keyed fingerprint */
  has(batch: string): boolean {
    return this.#known.has(batch);
  }

  get size(): number {
    return this.#known.size;
  }

  /** Remembers what one commit takes and forgets what is old. @returns the change of the state */
  remember(batches: readonly string[], nowMs: number): Put[] {
    const puts: Put[] = [];
    if (batches.length > 0) {
      const key = `${batchPrefix}${nowMs.toString(36).padStart(9, '0')}/${this.#number.toString(36).padStart(9, '0')}`;
      this.#number += 1;
      this.#add({ key, timeMs: nowMs, batches: batches.join('') });
      puts.push([key, batches.join('')]);
    }
    this.#forget(nowMs - rememberMs);
    for (const key of this.#gone) puts.push([key, null]);
    this.#gone = [];
    return puts;
  }

  #add(row: Row): void {
    this.#rows.push(row);
    for (let at = 0; at < row.batches.length; at += fingerprintLength) this.#known.add(row.batches.slice(at, at + fingerprintLength));
  }

  #forget(beforeMs: number): void {
    for (let row = this.#rows[this.#first]; row !== undefined && (row.timeMs < beforeMs || this.#known.size > this.#most); row = this.#rows[this.#first]) {
      for (let at = 0; at < row.batches.length; at += fingerprintLength) this.#known.delete(row.batches.slice(at, at + fingerprintLength));
      this.#gone.push(row.key);
      this.#first += 1;
    }
    if (this.#first < 1000 || this.#first * 2 < this.#rows.length) return;
    this.#rows.splice(0, this.#first);
    this.#first = 0;
  }
}
