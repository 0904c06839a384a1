/** The watermark: one instant per processor before which no more lines are expected; it never falls and decides what closes. */
import type { Put } from '../record.ts';
import { StateFields } from './state-fields.ts';

export type SourceKind = 'file' | 'sender';

/** `standMs`: newest line time capped at the clock, minus L. */
type Stand = { kind: SourceKind; joined: boolean; left: boolean; standMs: number; heardMs: number; dirty: boolean };

/** A sender that said nothing for 10 minutes no longer holds the others back. */
export const silentAfterMs = 600_000;
/** The watermark is "catching up" when it is more than 5 minutes behind the clock. */
export const catchingUpAfterMs = 300_000;

const valueKey = 'watermark/value';
const inputPrefix = 'watermark/input/';

/** Design section 4, "Watermark". The clock is handed in; whoever stops reading just stops calling. */
export class Watermark {
  readonly #graceMs: number;
  readonly #stands = new Map<string, Stand>();
  /** The source of the last line: mostly that of the next. */
  #last: { readonly input: string; readonly stand: Stand } | null = null;
  #valueMs = -Infinity;
  #valueDirty = false;

  /** @param graceMs L of the design in milliseconds; Infinity where the whole file must be read first (`report`) */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /** Milliseconds since 1970; -Infinity before the first line. */
  get valueMs(): number {
    return this.#valueMs;
  }

  /** Whether a source took part before, in this life or an earlier one. */
  knows(input: string): boolean {
    return this.#stands.has(input);
  }

  /** A source takes part from now on; what it said before a restart is remembered. */
  join(input: string, kind: SourceKind, nowMs: number): void {
    const stand = this.#stands.get(input);
    if (stand === undefined) {
      this.#stands.set(input, newStand(kind, nowMs));
      return;
    }
    stand.kind = kind;
    stand.joined = true;
  }

  /** A line was read. Returns the watermark after it. */
  advance(input: string, timeMs: number, nowMs: number): number {
    return this.#move(input, timeMs < nowMs ? timeMs : nowMs, nowMs);
  }

  /** A followed input is read to its end: it stands at the clock. */
  atEnd(input: string, nowMs: number): number {
    return this.#move(input, nowMs, nowMs);
  }

  /** Nothing will ever follow from this input: it leaves the minimum. */
  finished(input: string): number {
    const stand = this.#stands.get(input);
    if (stand !== undefined) this.#leave(stand);
    return this.#rise();
  }

  /** Lets senders leave that were silent for ten minutes; to be called only while the processor reads. */
  tick(nowMs: number): number {
    for (const stand of this.#stands.values()) {
      if (stand.kind === 'sender' && stand.joined && nowMs - stand.heardMs > silentAfterMs) this.#leave(stand);
    }
    return this.#rise();
  }

  /** Reading goes on after a stop: the silence of senders while nobody listened does not count. */
  resumed(nowMs: number): void {
    for (const stand of this.#stands.values()) {
      if (stand.heardMs < nowMs) stand.heardMs = nowMs;
    }
  }

  catchingUp(nowMs: number): boolean {
    return nowMs - this.#valueMs > catchingUpAfterMs;
  }

  /** Where each source stands, for the gauge; -Infinity for one that has not said anything yet. */
  stands(): Map<string, number> {
    const stands = new Map<string, number>();
    for (const [input, stand] of this.#stands) if (stand.joined && !stand.left) stands.set(input, stand.standMs);
    return stands;
  }

  takeChanges(changes: Put[]): void {
    for (const [input, stand] of this.#stands) {
      if (!stand.dirty) continue;
      stand.dirty = false;
      changes.push([inputPrefix + input, JSON.stringify([stand.kind, stand.left, finiteOrNull(stand.standMs), stand.heardMs])]);
    }
    if (this.#valueDirty) changes.push([valueKey, JSON.stringify([finiteOrNull(this.#valueMs)])]);
    this.#valueDirty = false;
  }

  static owns(key: string): boolean {
    return key === valueKey || key.startsWith(inputPrefix);
  }

  restore(key: string, value: string): void {
    const fields = new StateFields(key, value);
    if (key === valueKey) {
      this.#valueMs = fields.numberOrNull() ?? -Infinity;
      return;
    }
    const kind = fields.text() === 'sender' ? 'sender' : 'file';
    const left = fields.flag();
    const standMs = fields.numberOrNull() ?? -Infinity;
    const stand: Stand = { kind, joined: false, left, standMs, heardMs: fields.number(), dirty: false };
    this.#stands.set(key.slice(inputPrefix.length), stand);
  }

  #move(input: string, newestMs: number, nowMs: number): number {
    const stand = this.#last?.input === input ? this.#last.stand : this.#standOf(input, nowMs);
    stand.heardMs = nowMs;
    stand.left = false;
    stand.dirty = true;
    const standMs = newestMs - this.#graceMs;
    if (standMs <= stand.standMs) return this.#valueMs;
    stand.standMs = standMs;
    return this.#stands.size === 1 ? this.#riseTo(standMs) : this.#rise();
  }

  /** A source that was never heard of joins with its first line. */
  #standOf(input: string, nowMs: number): Stand {
    const known = this.#stands.get(input);
    if (known?.joined !== true) this.join(input, known?.kind ?? 'file', nowMs);
    const stand = this.#stands.get(input) ?? newStand('file', nowMs);
    this.#last = { input, stand };
    return stand;
  }

  #leave(stand: Stand): void {
    if (stand.left) return;
    stand.left = true;
    stand.dirty = true;
  }

  #rise(): number {
    let lowest = Infinity;
    for (const stand of this.#stands.values()) {
      if (stand.joined && !stand.left && stand.standMs < lowest) lowest = stand.standMs;
    }
    return lowest === Infinity ? this.#valueMs : this.#riseTo(lowest);
  }

  #riseTo(timeMs: number): number {
    if (timeMs > this.#valueMs) {
      this.#valueMs = timeMs;
      this.#valueDirty = true;
    }
    return this.#valueMs;
  }
}

function newStand(kind: SourceKind, nowMs: number): Stand {
  return { kind, joined: true, left: false, standMs: -Infinity, heardMs: nowMs, dirty: true };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
