/** The store contract in memory, on a disk that fails on demand: thousands of crashes a second for tests, and runs that keep nothing. */
import { bodyChecksum } from './body-checksum.ts';
import { type Body, type Change, StateRefused, type Store, type StoredBody, StoreUnavailable } from './store.ts';

/** The process died here, as far as this disk is concerned. */
export class SimulatedCrash extends Error {}

/** `full`: nothing is written, try again. `crash_before` and `crash_after`: the process dies without or with the commit on the disk. */
export type CommitFault = 'full' | 'crash_before' | 'crash_after';

type Row = { readonly body: Body; readonly stored: StoredBody; readonly checksum: number };
export type DiskState = { head: number; clean: boolean; nextId: number; entries: Map<string, string>; outbox: Map<number, Row> };

export type FakeDisk = {
  /** @throws StateRefused while another store of this disk is open and alive */
  open(): Store;
  failNextCommit(fault: CommitFault): void;
  /** Kill -9: the open store refuses all further use, its lock is free, what was committed stays. */
  crash(): void;
  /** A copy of what is durable now. */
  snapshot(): DiskState;
  /** Puts an older snapshot back, as a restored backup would. */
  restore(state: DiskState): void;
  /** Damages a body in the outbox. */
  scramble(bodyId: number): void;
};

/** A disk with nothing on it. */
export function createFakeDisk(): FakeDisk {
  let state: DiskState = { head: 0, clean: true, nextId: 1, entries: new Map(), outbox: new Map() };
  let live: MemoryStore | null = null;
  return {
    open() {
      if (live?.usable === true) throw new StateRefused('The state in memory is in use by another store.');
      live = new MemoryStore(state);
      return live;
    },
    failNextCommit(fault) {
      if (live === null) throw new Error('no store is open on this disk');
      live.nextFault = fault;
    },
    crash: () => live?.crash(),
    snapshot: () => copyOf(state),
    restore(older) {
      if (live?.usable === true) throw new Error('a store is open on this disk');
      state = copyOf(older);
    },
    scramble(bodyId) {
      const row = state.outbox.get(bodyId);
      if (row !== undefined) state.outbox.set(bodyId, { ...row, checksum: row.checksum ^ 1 });
    },
  };
}

function copyOf(state: DiskState): DiskState {
  return { ...state, entries: new Map(state.entries), outbox: new Map(state.outbox) };
}

class MemoryStore implements Store {
  readonly closedCleanly: boolean;
  nextFault: CommitFault | null = null;
  readonly #disk: DiskState;
  #head: number;
  #life: 'open' | 'closed' | 'crashed' = 'open';
  #committed = false;

  constructor(disk: DiskState) {
    this.#disk = disk;
    this.#head = disk.head;
    this.closedCleanly = disk.clean;
    disk.clean = false;
  }

  get usable(): boolean {
    return this.#life === 'open';
  }

  get head(): number {
    return this.#head;
  }

  get outboxBytes(): number {
    let sum = 0;
    for (const row of this.#disk.outbox.values()) sum += row.stored.payloadBytes;
    return sum;
  }

  commit(change: Change): Promise<'committed' | 'fenced'> {
    return new Promise((resolve) => resolve(this.#commitNow(change)));
  }

  #commitNow(change: Change): 'committed' | 'fenced' {
    this.#mustBeOpen();
    if (change.expectedHead !== this.#head) return 'fenced';
    const fault = this.nextFault;
    this.nextFault = null;
    if (fault === 'full') throw new StoreUnavailable('The simulated disk is full.');
    if (fault === 'crash_before') this.#die('before');
    apply(change, this.#disk);
    if (fault === 'crash_after') this.#die('after');
    this.#head = this.#disk.head;
    this.#committed = true;
    return 'committed';
  }

  #die(when: string): never {
    this.#life = 'crashed';
    throw new SimulatedCrash(`simulated crash ${when} the commit`);
  }

  crash(): void {
    if (this.#life === 'open') this.#life = 'crashed';
  }

  *scan(prefix: string): Generator<readonly [key: string, value: string]> {
    this.#mustBeOpen();
    const found = [...this.#disk.entries].filter(([key]) => key.startsWith(prefix));
    yield* found.sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  }

  bodies(): readonly StoredBody[] {
    this.#mustBeOpen();
    return [...this.#disk.outbox.values()].map((row) => row.stored);
  }

  payload(id: number): Uint8Array {
    this.#mustBeOpen();
    const row = this.#disk.outbox.get(id);
    if (row === undefined) throw new StateRefused(`State in memory: expected body ${id} in the outbox, found none.`);
    if (bodyChecksum(row.body) !== row.checksum) throw new StateRefused(`State in memory: the checksum of body ${id} does not hold.`);
    return row.body.payload;
  }

  close(): void {
    if (this.#life !== 'open') return;
    this.#life = 'closed';
    this.#disk.clean = this.closedCleanly || this.#committed;
  }

  #mustBeOpen(): void {
    if (this.#life === 'crashed') throw new SimulatedCrash('this store is of a process that crashed');
    if (this.#life === 'closed') throw new Error('the state in memory was closed');
  }
}

function apply(change: Change, disk: DiskState): void {
  disk.head += 1;
  for (const [key, value] of change.puts) {
    if (value === null) disk.entries.delete(key);
    else disk.entries.set(key, value);
  }
  for (const id of change.delivered) disk.outbox.delete(id);
  for (const body of change.bodies) {
    const { payload, ...head } = body;
    const id = disk.nextId++;
    const copy: Body = { ...head, payload: Uint8Array.from(payload) };
    disk.outbox.set(id, { body: copy, checksum: bodyChecksum(copy), stored: { ...head, id, payloadBytes: payload.length } });
  }
}
