/** Compares what goes out with what Loki has from an earlier run: the same line under another key has another token, and takes over the one that is there. */

export type OutgoingEntry = { readonly ns: string; readonly line: string; readonly metadata: readonly (readonly [string, string])[] };
export type HeldEntry = { readonly ns: string; readonly line: string };

/** What Loki has cannot come from these lines: nothing of it is changed. */
export class OtherHistory extends Error {}

/** A token stands in front of everything else: see access-line.ts and account/visit-line.ts. */
const tokens = /^\{(?:"visitor":"([0-9a-f]{32})",?)?(?:"client":"([0-9a-f]{16})",?)?/;
/** Sections of the time by which learnt tokens are forgotten again. */
const dayMs = 86_400_000;
/** A token of one day is met on the next one too, in visits over midnight, and days of zones overlap. */
const keptDays = 3;

type Cut = { readonly visitor: string; readonly client: string; readonly rest: string };

function cut(line: string): Cut {
  const found = tokens.exec(line);
  return { visitor: found?.[1] ?? '', client: found?.[2] ?? '', rest: line.slice(found?.[0].length ?? 0) };
}

/** Tokens of this run by those of an earlier one. */
export class HeldTokens {
  readonly #days = new Map<number, Map<string, string>>();

  /** Notes that `ours` is called `theirs` in Loki. @throws OtherHistory where it was called otherwise */
  learn(ours: string, theirs: string, ns: string): void {
    if (ours === '' && theirs === '') return;
    const known = this.#find(ours);
    if (known !== undefined && known !== theirs) throw new OtherHistory('one visitor of these files is several in Loki');
    if (known === undefined) this.#ofDay(ns).set(ours, theirs);
  }

  /** The line as Loki would have it. */
  rename(line: string): string {
    if (this.#days.size === 0) return line;
    const { visitor, client } = cut(line);
    const [oldVisitor, oldClient] = [this.#find(visitor), this.#find(client)];
    const renamed = oldVisitor === undefined ? line : line.replace(visitor, oldVisitor);
    return oldClient === undefined ? renamed : renamed.replace(client, oldClient);
  }

  #find(token: string): string | undefined {
    if (token === '') return undefined;
    for (const known of this.#days.values()) if (known.has(token)) return known.get(token);
    return undefined;
  }

  #ofDay(ns: string): Map<string, string> {
    const day = Math.floor(Number(ns.slice(0, -6)) / dayMs);
    let known = this.#days.get(day);
    if (known === undefined) {
      for (const old of this.#days.keys()) if (old < day - keptDays) this.#days.delete(old);
      this.#days.set(day, (known = new Map<string, string>()));
    }
    return known;
  }
}

/**
 * @param outgoing by time; its lines at one nanosecond differ in more than tokens, or are as many as Loki would have
 * @param held what Loki has of the same stream in the same range
 * @returns the entries Loki lacks, with the tokens it knows
 * @throws OtherHistory where Loki has a line that is not among these
 */
export function missingOf(outgoing: readonly OutgoingEntry[], held: readonly HeldEntry[], tokensHeld: HeldTokens): OutgoingEntry[] {
  const there = new Map<string, Cut[]>();
  for (const { ns, line } of held) {
    const found = cut(line);
    const key = `${ns} ${found.rest}`;
    there.set(key, [...(there.get(key) ?? []), found]);
  }
  const missing: OutgoingEntry[] = [];
  for (const entry of outgoing) {
    const ours = cut(entry.line);
    const theirs = there.get(`${entry.ns} ${ours.rest}`)?.shift();
    if (theirs === undefined) missing.push(entry);
    else {
      tokensHeld.learn(ours.visitor, theirs.visitor, entry.ns);
      tokensHeld.learn(ours.client, theirs.client, entry.ns);
    }
  }
  const left = [...there.values()].reduce((sum, lines) => sum + lines.length, 0);
  if (left > 0) throw new OtherHistory(`Loki has ${left} line(s) that these files do not give`);
  return missing.map((entry) => ({ ...entry, line: tokensHeld.rename(entry.line) }));
}
