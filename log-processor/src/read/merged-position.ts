/** The position of a source inside a merge: a merge stops in the middle of chunks, whose own positions are only at their ends. */
import { isCount, isObject, parseJson } from './followed-position.ts';
import { PositionRefused } from './position-refused.ts';

export type MergedStart = {
  /** What to open the source with. */
  readonly position: string | null;
  /** Emitted bytes (with the `\n` a reader added) to skip after that. */
  readonly skipBytes: number;
};

export function formatMergedPosition({ position, skipBytes }: MergedStart): string {
  return JSON.stringify({ position, skipBytes });
}

/** @throws PositionRefused when a merge did not write it */
export function parseMergedPosition(input: string, merged: string | null): MergedStart {
  if (merged === null) return { position: null, skipBytes: 0 };
  const value = parseJson(merged);
  if (isObject(value)) {
    const { position, skipBytes } = value;
    if ((position === null || typeof position === 'string') && isCount(skipBytes)) return { position, skipBytes };
  }
  throw new PositionRefused(input, 'JSON of a source in a merge');
}
