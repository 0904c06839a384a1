/** The words of one line, with what is known of each: filled anew for every line, so that a line costs no object. */
import { endsInJoint, beginsWithJoint, jointsOf } from './word-joints.ts';
import type { Joints } from './word-joints.ts';
import { plain, shortNumber } from './word-verdict.ts';
import type { Verdict } from './word-verdict.ts';

export class LineWords {
  bytes: Buffer = Buffer.alloc(0);
  /** Where the line ends. */
  end = 0;
  count = 0;
  /** Where the next word is looked for. */
  reached = 0;
  /** Numbers of the words that are not plain. */
  readonly special: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #verdicts: Verdict[] = [];
  /** Of short numbers, once they were asked for. */
  readonly #joints: (Joints | undefined)[] = [];

  begin(bytes: Buffer, end: number): void {
    this.bytes = bytes;
    this.end = end;
    this.count = 0;
    this.special.length = 0;
  }

  add(start: number, end: number, verdict: Verdict): void {
    const word = this.count;
    this.#starts[word] = start;
    this.#ends[word] = end;
    this.#verdicts[word] = verdict;
    if (verdict === shortNumber) this.#joints[word] = undefined;
    this.reached = end;
    if (verdict !== plain && (verdict !== shortNumber || endsInJoint(this.bytes[end - 1] ?? 0))) this.special.push(word);
    this.count += 1;
  }

  startOf(word: number): number {
    return this.#starts[word] ?? 0;
  }

  endOf(word: number): number {
    return this.#ends[word] ?? 0;
  }

  /** Behind the last word everything is plain. */
  verdictOf(word: number): Verdict {
    return word < this.count ? (this.#verdicts[word] ?? plain) : plain;
  }

  /** The text from one word to another, both with it. */
  text(first: number, last: number): string {
    return this.bytes.toString('utf8', this.startOf(first), this.endOf(last));
  }

  /** The digits at its ends; those of a short number are read here, because few have neighbours to go on in. */
  jointsOf(word: number): Joints {
    const verdict = this.verdictOf(word);
    return verdict === shortNumber ? (this.#joints[word] ??= jointsOf(this.text(word, word))) : verdict;
  }

  /** Whether one space is all that stands between a word and the next, and the next begins as a number may go on. */
  mayGoOn(word: number): boolean {
    const next = this.startOf(word + 1);
    return word + 1 < this.count && next - this.endOf(word) === 1 && this.bytes[next - 1] === space && beginsWithJoint(this.bytes[next] ?? 0);
  }

  /** Lets go of every line there was. */
  clear(): void {
    this.begin(Buffer.alloc(0), 0);
    for (const list of [this.#starts, this.#ends, this.#verdicts, this.#joints]) list.length = 0;
  }
}

const space = 32;
