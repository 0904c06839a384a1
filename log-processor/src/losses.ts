/** Remembers what of finished inputs could not be read, so that the end of a run says it and no script takes half a file for a whole one. */
import type { LostReason } from './record.ts';

/** What is said then, before the inputs. */
export const incomplete = 'an input is damaged or was cut short; every line that could be read is counted, and the exit code is 3';

/** How a run ends whose finished inputs could not be read whole. */
export const incompleteExitCode = 3;

export class Losses {
  readonly #counts: (reason: LostReason) => boolean;
  readonly #bytes = new Map<string, number>();

  /** @param inputs in a followed log only damage is a loss for good: what a rotation or a truncation took is in `logproc_lost_bytes_total` and its alert */
  constructor(inputs: 'followed' | 'finished') {
    this.#counts = inputs === 'finished' ? () => true : (reason) => reason === 'unreadable';
  }

  add(input: string, reason: LostReason, bytes: number): void {
    if (this.#counts(reason)) this.#bytes.set(input, (this.#bytes.get(input) ?? 0) + bytes);
  }

  /** Every input with a loss, in words and by the name it is known by; null where there was none. */
  text(nameOf: (input: string) => string = (input) => input): string | null {
    if (this.#bytes.size === 0) return null;
    return [...this.#bytes].map(([input, bytes]) => `${nameOf(input)} (${amount(bytes)})`).join(', ');
  }
}

/** A gz that ends too early does not say how much is missing; its reader counts one byte for it. */
const amount = (bytes: number): string => (bytes === 1 ? 'its end is missing' : `${bytes.toLocaleString('en-US')} bytes or more`);
