/** What one look at a running Tidewatch found: the noun that every check of `verify` answers and the statement prints. */

/** `unknown`: the thing could not be looked at, which is no proof and so no pass. */
export type Verdict = 'pass' | 'fail' | 'unknown';

export type Check = {
  /** Short and fixed, such as `leaks`: the key of the JSON output. */
  readonly name: string;
  /** What was asked, as a sentence. */
  readonly question: string;
  readonly verdict: Verdict;
  /** What was seen, in sentences without any text of a log line. */
  readonly facts: readonly string[];
  /** What is wrong and what to do, one sentence each; empty when it passes. */
  readonly faults: readonly string[];
};

/** A check that could be made: it passes when there is no fault. */
export const checked = (name: string, question: string, found: { readonly facts: readonly string[]; readonly faults: readonly string[] }): Check => ({
  name,
  question,
  verdict: found.faults.length === 0 ? 'pass' : 'fail',
  ...found,
});

/** A check that could not be made, and why. */
export const unchecked = (name: string, question: string, why: string): Check => ({ name, question, verdict: 'unknown', facts: [], faults: [why] });
