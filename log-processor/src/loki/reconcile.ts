/** Finds out which lines of a body Loki does not have, line by line, after an answer that proves nothing. */
import type { Body } from '../store/store.ts';
import { decodeBody } from './decode-body.ts';
import type { Loki } from './loki.ts';

/** A time is digits only, so the first space ends it. */
const identity = (ns: string, line: string): string => `${ns} ${line}`;

/**
 * Places of the entries in `body` that Loki lacks, in growing order; equal lines at one time are counted.
 * Structured metadata is not compared: it is a function of the line, and Loki may add to it.
 * @throws LokiUnavailable
 */
export const missingEntries = async (body: Body, loki: Pick<Loki, 'queryStream'>): Promise<ReadonlySet<number>> => {
  const places = new Map<string, number[]>();
  for (const [place, { ns, line }] of decodeBody(body.payload).entries.entries()) {
    const key = identity(ns, line);
    const known = places.get(key);
    if (known === undefined) places.set(key, [place]);
    else known.push(place);
  }
  const afterLast = (BigInt(body.lastNs) + 1n).toString();
  for await (const { ns, line } of loki.queryStream(body.stream, body.firstNs, afterLast)) places.get(identity(ns, line))?.shift();
  return new Set([...places.values()].flat().sort((a, b) => a - b));
};
