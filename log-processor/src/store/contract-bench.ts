/** What the contract suite needs of a store under test, and the changes it makes. */
import type { Body, Change, Store } from './store.ts';

/** One store under test: opening again after `crash` or `close` must give what was durable. */
export type StoreBench = {
  open(): Store;
  /** Ends the open store without closing it. */
  crash(): void;
  /** Damages one body in the outbox of the closed store. */
  scramble(bodyId: number): void;
};

export type ContractCase = readonly [name: string, run: (bench: StoreBench) => Promise<void>];

/** A change with nothing in it but what is given. */
export function changeOf(expectedHead: number, change: Partial<Change>): Change {
  return { puts: [], bodies: [], delivered: [], expectedHead, ...change };
}

/** A body with the bytes of a text as its payload. */
export function bodyOf(text: string): Body {
  const payload = new TextEncoder().encode(text);
  return { stream: `{input="main", job="tidewatch"}`, kind: 'access', input: 'main', lines: 3, firstNs: '1', lastNs: '3', payload };
}
