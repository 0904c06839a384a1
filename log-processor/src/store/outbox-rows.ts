/** The outbox table: bodies wait here, checksummed, from the commit that made them until Loki has them. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { bodyChecksum } from './body-checksum.ts';
import { bytesOf, numberOf, textOf } from './sqlite-row.ts';
import { type Body, type Change, StateRefused, type StoredBody } from './store.ts';

/** The rows themselves stay on the disk; what they say of themselves is kept in memory. */
export type OutboxRows = {
  readonly payloadBytes: number;
  list(): readonly StoredBody[];
  payload(id: number): Uint8Array;
  /** Inside a transaction: inserts the bodies, deletes the delivered ones. An id that is not there any more is no error. */
  write(change: Change): readonly StoredBody[];
  /** After the transaction: shows its outcome. */
  apply(added: readonly StoredBody[], delivered: readonly number[]): void;
};

export function openOutboxRows(database: DatabaseSync, path: string): OutboxRows {
  return new Outbox(database, path);
}

class Outbox implements OutboxRows {
  payloadBytes = 0;
  readonly #path: string;
  readonly #waiting = new Map<number, StoredBody>();
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #select: StatementSync;

  constructor(database: DatabaseSync, path: string) {
    this.#path = path;
    this.#insert = database.prepare(
      'INSERT INTO outbox (stream, kind, input, lines, first_ns, last_ns, checksum, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#remove = database.prepare('DELETE FROM outbox WHERE id = ?');
    this.#select = database.prepare('SELECT * FROM outbox WHERE id = ?');
    const found = database.prepare(
      'SELECT id, stream, kind, input, lines, first_ns, last_ns, length(payload) AS payload_bytes FROM outbox ORDER BY id',
    );
    for (const row of found.iterate()) {
      const head = headOf(row);
      this.#add({ ...head, id: numberOf(row['id']), payloadBytes: numberOf(row['payload_bytes']) });
    }
  }

  list(): readonly StoredBody[] {
    return [...this.#waiting.values()];
  }

  payload(id: number): Uint8Array {
    const row = this.#select.get(id);
    if (row === undefined) throw new StateRefused(`State ${this.#path}: expected body ${id} in the outbox, found none.`);
    const payload = bytesOf(row['payload']);
    if (bodyChecksum({ ...headOf(row), payload }) !== row['checksum']) {
      throw new StateRefused(`State ${this.#path}: the checksum of body ${id} in the outbox does not hold. Restore the state from a backup.`);
    }
    return payload;
  }

  write(change: Change): readonly StoredBody[] {
    for (const id of change.delivered) this.#remove.run(id);
    return change.bodies.map((body) => {
      const { stream, kind, input, lines, firstNs, lastNs, payload } = body;
      const result = this.#insert.run(stream, kind, input, lines, firstNs, lastNs, bodyChecksum(body), payload);
      return { id: Number(result.lastInsertRowid), stream, kind, input, lines, firstNs, lastNs, payloadBytes: payload.length };
    });
  }

  apply(added: readonly StoredBody[], delivered: readonly number[]): void {
    for (const id of delivered) {
      this.payloadBytes -= this.#waiting.get(id)?.payloadBytes ?? 0;
      this.#waiting.delete(id);
    }
    for (const body of added) this.#add(body);
  }

  #add(body: StoredBody): void {
    this.#waiting.set(body.id, body);
    this.payloadBytes += body.payloadBytes;
  }
}

function headOf(row: Record<string, unknown>): Omit<Body, 'payload'> {
  return {
    stream: textOf(row['stream']),
    kind: textOf(row['kind']),
    input: textOf(row['input']),
    lines: numberOf(row['lines']),
    firstNs: textOf(row['first_ns']),
    lastNs: textOf(row['last_ns']),
  };
}
