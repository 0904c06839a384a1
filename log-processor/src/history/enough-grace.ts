/** Finds out how far a history is out of order: it is read with an hour of patience first, and kept open whole only where a line came later than that. */

const usualGraceMs = 3_600_000;

/**
 * Reading twice costs time where a log is far out of order; keeping every visit open would cost memory for every log.
 * @param read null where a line came so late that everything has to be kept open, which is `graceMs` of Infinity
 * @throws whatever `read` does
 */
export async function withEnoughGrace<T>(read: (graceMs: number) => Promise<T | null>): Promise<T> {
  return (await read(usualGraceMs)) ?? (await read(Infinity)) ?? neverBehind();
}

function neverBehind(): never {
  throw new Error('no line is behind a watermark that does not move');
}
