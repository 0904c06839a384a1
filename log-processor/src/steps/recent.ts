/** Remembers the answers of a pure function for the strings seen lately, because the same paths and referrers come again and again. */

/** Longer keys are computed each time: a flood of long strings must not fill the memory. Characters. */
const longestKey = 512;

/**
 * Wraps `compute` with a memory of at most `maxEntries` answers. When the young half is full it becomes the old half
 * and the old half is forgotten: constant work, and what is used stays.
 */
export function rememberRecent<Answer>(compute: (key: string) => Answer, maxEntries: number): (key: string) => Answer {
  const half = Math.max(1, Math.floor(maxEntries / 2));
  let young = new Map<string, Answer>();
  let old = new Map<string, Answer>();
  return (key) => {
    const known = young.get(key);
    if (known !== undefined) return known;
    const answer = old.get(key) ?? compute(key);
    if (key.length > longestKey) return answer;
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(key, answer);
    return answer;
  };
}
