/** Empties the outbox into Loki: one unacknowledged body per stream, streams side by side, oldest first, for as long as it takes. */
import type { LaneTools, Trouble } from './lane.ts';
import { Lane, Stopped } from './lane.ts';
import { createSlots } from './slots.ts';

export type DeliveryOptions = Pick<LaneTools, 'store' | 'client' | 'clock' | 'random' | 'acknowledge' | 'observe'> & {
  /**
   * `true` after an unclean stop: the oldest body of each stream may be in Loki already. `all` for a state restored from a backup:
   * every body may be, up to the newest line Loki has of its stream.
   */
  readonly uncertainAtStart: boolean | 'all';
  /** Called once, when something failed that is neither Loki nor the network; delivery has stopped then. */
  readonly failed: (error: unknown) => void;
  /** Requests at once. */
  readonly parallel?: number;
  /**
   * How long a push may go on inside Loki after its sender is gone: the distributor detaches it from the connection and gives the
   * ingester 5 s (`ingester_client.remote_timeout`). Asking earlier could miss lines that are stored a moment later.
   */
  readonly settleMs?: number;
};

export type DeliveryState = { readonly state: 'idle' | 'delivering'; readonly reason: string } | Trouble;

export type Delivery = {
  /** Looks at the outbox; call it after every commit that added a body. */
  wake(): void;
  /** True when the outbox is empty, false when it is not after this many milliseconds. */
  drain(deadlineMs: number): Promise<boolean>;
  /**
   * Ends after the requests at work. `inDoubt` is true when Loki may have lines of a body that is still in the outbox: then the
   * next start must say `uncertainAtStart`, however clean this stop is.
   */
  stop(): Promise<{ readonly inDoubt: boolean }>;
  state(): DeliveryState;
};

/** The first body of every stream: at most these can have been on their way when the last owner of the state ended. */
const oldestOfEachStream = (store: LaneTools['store']): number[] => {
  const first = new Map<string, number>();
  for (const { stream, id } of store.bodies()) if (!first.has(stream)) first.set(stream, id);
  return [...first.values()];
};

class OutboxDelivery implements Delivery {
  readonly #options: DeliveryOptions;
  readonly #tools: LaneTools;
  readonly #stopping = new AbortController();
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Map<Lane, Promise<void>>();
  #hasFailed = false;

  constructor(options: DeliveryOptions) {
    const { store, uncertainAtStart, parallel = 4, settleMs = 5500 } = options;
    this.#options = options;
    this.#tools = {
      ...options,
      settleMs,
      slots: createSlots(parallel),
      stopping: this.#stopping.signal,
      inDoubt: new Set(uncertainAtStart === false ? [] : oldestOfEachStream(store)),
      restored: uncertainAtStart === 'all',
    };
  }

  wake(): void {
    if (this.#stopping.signal.aborted) return;
    for (const { stream } of this.#options.store.bodies()) {
      const lane = this.#lanes.get(stream) ?? new Lane(stream, this.#tools);
      this.#lanes.set(stream, lane);
      this.#start(lane);
    }
  }

  #start(lane: Lane): void {
    if (this.#running.has(lane) || this.#stopping.signal.aborted || !lane.hasNext()) return;
    const run = lane.run().then(
      () => {
        this.#running.delete(lane);
        // A body may have come between the lane's last look and its end.
        this.#start(lane);
      },
      (error: unknown) => {
        this.#running.delete(lane);
        this.#fail(error);
      },
    );
    this.#running.set(lane, run);
  }

  #fail(error: unknown): void {
    if (error instanceof Stopped || this.#hasFailed) return;
    this.#hasFailed = true;
    this.#stopping.abort();
    this.#options.failed(error);
  }

  state(): DeliveryState {
    const troubles = [...this.#running.keys()].flatMap(({ trouble }) => (trouble === null ? [] : [trouble]));
    const worst = troubles.find(({ state }) => state === 'refused') ?? troubles[0];
    if (worst !== undefined) return worst;
    if (this.#running.size === 0) return { state: 'idle', reason: 'the outbox is empty' };
    return { state: 'delivering', reason: 'Loki takes what it is sent' };
  }

  async drain(deadlineMs: number): Promise<boolean> {
    const late = new AbortController();
    const done = new AbortController();
    const deadline = this.#options.clock.sleep(deadlineMs, done.signal).then(
      () => late.abort(),
      () => undefined, // the sleep was cut short because everything is delivered
    );
    this.wake();
    while (this.#running.size > 0 && !late.signal.aborted) await Promise.race([deadline, ...this.#running.values()]);
    done.abort();
    return this.#options.store.bodies().length === 0;
  }

  async stop(): Promise<{ readonly inDoubt: boolean }> {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
    return { inDoubt: this.#tools.restored || this.#tools.inDoubt.size > 0 };
  }
}

/** Starts nothing by itself: call `wake`. */
export const createDelivery = (options: DeliveryOptions): Delivery => new OutboxDelivery(options);
