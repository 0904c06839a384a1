/** How long to wait before trying again: longer each time, never in step with others, and at least as long as Loki asks. */

export type BackOff = {
  /** Milliseconds to wait now. */
  next(afterMs?: number): number;
  /** Call when something worked. */
  reset(): void;
};

/**
 * Exponential from `firstMs` to `maxMs`, each wait drawn from its upper half, so that many streams that failed together do not
 * come back together.
 * @param options.random answers in [0, 1)
 */
export const createBackOff = (options: { readonly firstMs: number; readonly maxMs: number; readonly random: () => number }): BackOff => {
  const { firstMs, maxMs, random } = options;
  let ceilingMs = firstMs;
  return {
    next: (afterMs = 0) => {
      const waitMs = ceilingMs * (0.5 + random() / 2);
      ceilingMs = Math.min(ceilingMs * 2, maxMs);
      return Math.max(waitMs, afterMs);
    },
    reset: () => {
      ceilingMs = firstMs;
    },
  };
};
