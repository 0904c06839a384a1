/** A seeded source of chance: the same seed gives the same traffic on every machine, which neither Math.random nor a clock can promise. */

/** Numbers of one seed, and the shapes of chance that traffic needs. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [from, to], both included. */
  integer(from: number, to: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError when there is nothing to choose from */
  pick<T>(values: readonly T[]): T;
  /** Exponential with this mean: times between independent events. */
  exponential(mean: number): number;
  /** Poisson with this mean: how many independent events fall into a span. */
  poisson(mean: number): number;
  /** Log-normal with this median; sigma is the standard deviation of the logarithm. */
  logNormal(median: number, sigma: number): number;
};

/** Builds the numbers of `seed`; different texts give independent sequences. */
export function createRandom(seed: string): Random {
  const next = createUniform(seed);
  const exponential = (mean: number): number => -mean * Math.log(1 - next());
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()); // Box-Muller
  return {
    next,
    exponential,
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (values) => {
      const value = values[Math.floor(next() * values.length)];
      if (value === undefined) throw new RangeError('nothing to choose from');
      return value;
    },
    poisson: (mean) => {
      let count = 0;
      for (let sum = exponential(1); sum < mean; sum += exponential(1)) count += 1;
      return count;
    },
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
  };
}

/** sfc32 by Chris Doty-Humphrey (PractRand, public domain): 128 bits of state, small and fast; far from secret, which is fine here. */
function createUniform(seed: string): () => number {
  let [a, b, c, counter] = [hash(seed, 1), hash(seed, 2), hash(seed, 3), 1];
  const step = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  // Its author asks for 15 rounds before seeds that look alike have parted.
  for (let round = 0; round < 15; round += 1) step();
  return () => step() / 2 ** 32;
}

/** FNV-1a over the UTF-16 units, 32 bits, begun from a different basis for every word of the state. */
function hash(text: string, word: number): number {
  let value = Math.imul(0x811c9dc5, word);
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value;
}
