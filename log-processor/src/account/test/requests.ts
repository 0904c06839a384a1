/** Requests for tests of the fold: visitors get tokens per site and day as `anonymise` would give them, and the fold its tools. */
import type { AgentClass, PublicRequest, Put } from '../../record.ts';
import type { AccountOptions } from '../account-options.ts';
import { Account } from '../account.ts';
import { createCalendar } from '../calendar.ts';
import { countNothing } from '../count.ts';

export const gapMs = 1_800_000;
export const graceMs = 120_000;
export const calendar = createCalendar((site) => (site === 'paris' ? 'Europe/Paris' : site === 'sao' ? 'America/Sao_Paulo' : 'UTC'));

/** 32 hexadecimal digits, evenly spread; no secret. */
export function hex(text: string): string {
  let digits = '';
  for (let round = 0; round < 4; round += 1) {
    let hash = 0x811c9dc5 ^ (round * 0x9e3779b9);
    for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
    digits += ((hash ^ (hash >>> 15)) >>> 0).toString(16).padStart(8, '0');
  }
  return digits;
}

export function tokenOf(site: string, who: string, day: string): string {
  return hex(`${site}|${who}|${day}`);
}

export type Line = Partial<PublicRequest> & { timeMs: number; who?: string | null };
let lineNumber = 0;

/** A page view of `alice` on `shop`, unless told otherwise. */
export function requestOf({ who = 'alice', ...line }: Line): PublicRequest {
  const site = line.site ?? 'shop';
  const day = calendar.dayOf(site, line.timeMs);
  const inGrace = line.timeMs - day.startMs <= gapMs;
  const yesterday = inGrace ? calendar.dayOf(site, day.startMs - 1).day : null;
  const agentClass: AgentClass = line.agentClass ?? 'browser';
  lineNumber += 1;
  return {
    input: 'main', lineNumber, site, day: day.day,
    visitor: who === null ? null : tokenOf(site, who, day.day),
    earlierVisitor: who === null || yesterday === null ? null : tokenOf(site, who, yesterday),
    client: null, method: 'GET', path: '/', kind: 'page', status: 200, bytes: 100, durationMs: 5, upstreamMs: -1,
    referrerHost: 'direct', country: 'FR', agentClass, family: 'Firefox', os: 'Linux', device: 'desktop',
    pageView: line.kind === undefined || line.kind === 'page', robotsTxt: false, audience: true,
    ...line,
  }; // prettier-ignore
}

export function createAccount(options: Partial<AccountOptions> = {}): Account {
  return new Account({
    calendar, sites: new Map(), gapMs, graceMs, k: 2, versions: { program: 'test' }, count: countNothing,
    observed: () => ({}), sha256: hex, transferGrams: (bytes) => bytes / 1000, ...options,
  }); // prettier-ignore
}

/** A key/value store that applies what the fold says. */
export class Entries {
  readonly entries = new Map<string, string>();
  apply(changes: readonly Put[]): void {
    for (const [key, value] of changes) {
      if (value === null) this.entries.delete(key);
      else this.entries.set(key, value);
    }
  }
  sorted(): [string, string][] {
    return [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
