/** The statement of `verify` that a privacy officer can file: what was looked at, what was found, and the hash of the text itself. */
import type { Check, Verdict } from './check.ts';

export type Statement = {
  readonly at: string;
  readonly version: string;
  readonly configuration: string;
  /** Whose visitors: the machine, and each site with the names it answers to. */
  readonly host: string;
  readonly sites: readonly { readonly name: string; readonly server_names: readonly string[] }[];
  readonly place: string;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
};

/** A fault outweighs what could not be looked at, and both outweigh what passed. */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return checks.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'pass';
}

const words: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAULT', unknown: 'NOT CHECKED' };
const conclusions: Readonly<Record<Verdict, string>> = {
  pass: 'Every check passed.',
  fail: 'At least one check found a fault: see above what to do.',
  unknown: 'No fault was found, but not everything could be looked at.',
};

/** Plain text of at most 100 columns where sentences allow it, ended by the SHA-256 of everything above its last line. */
export function statementText(statement: Statement, sha256: (text: string) => string): string {
  const { at, version, configuration, host, sites, place, verdict, checks } = statement;
  const platform = sites.map((site) => `${site.name} (${site.server_names.join(', ') || 'every other name'})`);
  const head = ['Tidewatch: statement on what is kept of the visitors of this platform', '', `made at        ${at}`, `by             tidewatch ${version} verify`, ...platform.map((site, index) => `${(index === 0 ? 'platform' : '').padEnd(15)}${site}`), `machine        ${host}`, `configuration  ${configuration}`, `looked at      ${place}`];
  const body = checks.flatMap((check) => ['', `${words[check.verdict].padEnd(12)} ${check.question}`, ...check.facts.map(indented), ...check.faults.map((fault) => `             -> ${fault}`)]);
  const limits = ['', 'Single lines are pseudonymised, not anonymous: within a day the requests of one visitor can be linked,', 'and whoever kept the raw log can join it by time. What stays possible is said in docs/privacy.md.'];
  const text = [...head, ...body, ...limits, '', conclusions[verdict]].join('\n');
  return `${text}\nSHA-256 of the text above: ${sha256(text)}\n`;
}

const indented = (fact: string): string => `             ${fact}`;
