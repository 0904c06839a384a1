/** Puts the receipt of a past day into the chain it belongs to, and tells whether two receipts say the same of a day. */

/** Day and SHA-256 of the receipt before; null where there is none. */
export type ChainLink = { readonly day: string; readonly sha256: string } | null;

/**
 * The same receipt with another predecessor. What only the clock of a live day knows (when its key was made and destroyed, energy) is
 * empty: the key of a past day never left memory, and a receipt filled in twice has to be the same twice.
 * @throws TypeError where the line is no receipt
 */
export function chainReceipt(line: string, previous: ChainLink): string {
  return JSON.stringify({
    ...parsed(line),
    observed: { key_created: null, key_destroyed: null, energy: 'missing', energy_missing: 'the day was filled in afterwards' },
    previous_day: previous?.day ?? null,
    previous: previous?.sha256 ?? null,
  });
}

/** Keys in which two receipts of the same lines may differ: who wrote them and when, and what was before. */
const ofTheWriter: ReadonlySet<string> = new Set(['versions', 'observed', 'previous_day', 'previous']);

/** True when both say the same of the same day. @throws TypeError where a line is no receipt */
export const saySame = (a: string, b: string): boolean => said(a) === said(b);

/** The day a receipt is of. @throws TypeError where it is none */
export function dayOfReceipt(line: string): string {
  const { day } = parsed(line);
  if (typeof day !== 'string') throw new TypeError('a receipt names its day');
  return day;
}

const said = (line: string): string => JSON.stringify(Object.entries(parsed(line)).filter(([key]) => !ofTheWriter.has(key)));

function parsed(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('a receipt is a JSON object');
  return { ...value };
}
