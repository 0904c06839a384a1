/** Reads runs of parts over midnights as visits: which parts are one visit, and how many visits the runs around a line hold. */
import type { OpenVisits } from './open-visits.ts';
import { col, noPart, txt, type Part, type PartRows } from './part-rows.ts';

/** The parts of a visit of the first day and, when it went on over midnight, of the second. */
export type VisitParts = { readonly first: Part; readonly second: Part | null };

/** The visit that holds the part. */
export function visitOf(open: OpenVisits, part: Part): VisitParts {
  const previous = open.previous(part);
  if (previous !== noPart && !open.isOpener(part)) return { first: previous, second: part };
  const next = open.next(part);
  return { first: part, second: next === noPart ? null : next };
}

/** The visits of parts that came up with one end, in the order (start, token). */
export function inOrder(open: OpenVisits, rows: PartRows, due: readonly Part[]): readonly VisitParts[] {
  if (due.length < 2) return due.map((part) => visitOf(open, part));
  // A visit over midnight comes up through both of its parts; it is taken once, by its last.
  const visits = due.map((part) => ({ part, ...visitOf(open, part) })).filter(({ part, first, second }) => part === (second ?? first));
  const startOf = ({ first }: VisitParts): number => rows.number(first, col.startMs);
  const tokenOf = ({ first }: VisitParts): string => rows.text(first, txt.token);
  return visits.sort((a, b) => startOf(a) - startOf(b) || (tokenOf(a) < tokenOf(b) ? -1 : 1));
}

/** Visits in the runs that a line with these tokens can touch; `earlier` is empty where the line told none. */
export function visitsAround(open: OpenVisits, token: string, earlier: string): number {
  const starts = new Set(open.near(token, earlier).map((part) => startOfRun(open, part)));
  let visits = 0;
  for (const start of starts) visits += Math.ceil(lengthOfRun(open, start) / 2);
  return visits;
}

function startOfRun(open: OpenVisits, part: Part): Part {
  let start = part;
  for (let at = open.previous(part); at !== noPart; at = open.previous(at)) start = at;
  return start;
}

function lengthOfRun(open: OpenVisits, start: Part): number {
  let parts = 0;
  for (let at = start; at !== noPart; at = open.next(at)) parts += 1;
  return parts;
}
