/** Holds lines until nothing older can come: one heap per stream and half hour, compressed, so that they go out in the order of time. */
import type { BodyBuilder } from '../loki/body.ts';
import type { Body } from '../store/store.ts';

/** The order in which streams of one half hour go out: whatever a visit is made of is there before it, and a receipt comes last. */
const kindsInOrder = ['access', 'stack', 'visit', 'day'] as const;
export type HistoryKind = (typeof kindsInOrder)[number];

export type HalfHour = { readonly kind: HistoryKind; readonly site: string; readonly startMs: number; readonly pieces: readonly Body[] };

type Open = { readonly kind: HistoryKind; readonly site: string; readonly startMs: number; readonly pieces: Body[]; builder: BodyBuilder | null };

const halfHourMs = 1_800_000;
const pieceBytes = 1_048_576;
/** Heaps that can be written into at once; a log far out of order has many more, of which the others are compressed. */
const mostBuilders = 64;

export class HalfHours {
  readonly #createBuilder: (kind: HistoryKind, site: string) => BodyBuilder;
  readonly #heaps = new Map<string, Open>();
  /** Those with a builder, the longest unused first. */
  readonly #building = new Set<Open>();
  #last: Open | null = null;

  constructor(createBuilder: (kind: HistoryKind, site: string) => BodyBuilder) {
    this.#createBuilder = createBuilder;
  }

  /** A builder for a line of this time; to be used at once. */
  builderFor(kind: HistoryKind, site: string, timeMs: number): BodyBuilder {
    const last = this.#last;
    const inLast = last !== null && timeMs >= last.startMs && timeMs < last.startMs + halfHourMs && last.kind === kind && last.site === site;
    const heap = inLast ? last : this.#find(kind, site, timeMs);
    this.#last = heap;
    if (heap.builder !== null && heap.builder.size > pieceBytes) heap.pieces.push(heap.builder.finish());
    return heap.builder ?? this.#open(heap);
  }

  #find(kind: HistoryKind, site: string, timeMs: number): Open {
    const startMs = Math.floor(timeMs / halfHourMs) * halfHourMs;
    const key = `${startMs}/${kind}/${site}`;
    let heap = this.#heaps.get(key);
    if (heap === undefined) this.#heaps.set(key, (heap = { kind, site, startMs, pieces: [], builder: null }));
    return heap;
  }

  #open(heap: Open): BodyBuilder {
    const [oldest] = this.#building;
    if (this.#building.size >= mostBuilders && oldest !== undefined) this.#seal(oldest);
    this.#building.add(heap);
    heap.builder = this.#createBuilder(heap.kind, heap.site);
    return heap.builder;
  }

  #seal(heap: Open): void {
    if (heap.builder !== null && heap.builder.lines > 0) heap.pieces.push(heap.builder.finish());
    heap.builder = null;
    this.#building.delete(heap);
    if (this.#last === heap) this.#last = null;
  }

  /** Takes out every heap that ends before the limit of its kind, in the order in which they go out. */
  takeDue(limitMs: (kind: HistoryKind) => number): HalfHour[] {
    const due: HalfHour[] = [];
    for (const [key, heap] of this.#heaps) {
      if (heap.startMs + halfHourMs > limitMs(heap.kind)) continue;
      this.#seal(heap);
      this.#heaps.delete(key);
      due.push(heap);
    }
    return due.sort(inOrder);
  }
}

const inOrder = (a: HalfHour, b: HalfHour): number => a.startMs - b.startMs || kindsInOrder.indexOf(a.kind) - kindsInOrder.indexOf(b.kind) || (a.site < b.site ? -1 : 1);
