/** Seconds since 1970 look like IPv4 addresses written as one number, and thousandths like a NIR: near the time of their own line they are times. */

/** Two of 50,000 addresses are such a number on a given day; they could not be told from the time. */
const nearSeconds = 86_400;
const candidate = /(?<![0-9])([12][0-9]{9})(?:[0-9]{3}|[0-9]{6}|[0-9]{9})?(?![0-9])/g;
const candidateOnce = new RegExp(candidate.source);

/** Whether a word holds what may be such a time: what is said of it changes with the time of its line. */
export const holdsTime = (word: string): boolean => word.length >= 10 && candidateOnce.test(word);

/** The word with every such time replaced by `0`; the same word where there is none. */
export function withoutTimes(word: string, timeMs: number): string {
  if (word.length < 10) return word;
  return word.replace(candidate, (all, seconds: string) => (Math.abs(Number(seconds) - timeMs / 1000) <= nearSeconds ? '0' : all));
}
