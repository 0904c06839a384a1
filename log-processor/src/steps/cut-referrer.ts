/** Cuts a referrer to its host: where people came from, and nothing of what they did there. */
import type { Scrubber } from '../scrub/scrub.ts';
import { rememberRecent } from './recent.ts';

export type ReferrerCutter = (referrer: string) => string;

type Tools = {
  readonly scrub: Scrubber;
  /** Hosts of the site itself, with or without `www.`. */
  readonly ownHosts: readonly string[];
};

const maxEntries = 10_000;
const maxReferrerLength = 8 * 1024;
const web = /^https?:\/\//i;
const hostName = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*$/;

/** The host as written, without user information and port; its letters matter to a decoder, so nothing is folded yet. */
function writtenHost(referrer: string): string {
  const authority = /^[a-z]+:\/\/([^/?#\\]*)/i.exec(referrer)?.[1] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1).replace(/:[0-9]*$/, '');
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^[0-9.]+$/.test(host);
}

function withoutWww(host: string): string {
  return host.toLowerCase().replace(/^www\./, '');
}

/** Host of a web referrer in lower case (international names in ASCII); null where it is none, an address, or holds personal data. */
function publicHost(referrer: string, scrub: Scrubber): string | null {
  // the URL parser reads 3221225985, 0xC0000201 and 0300.0.2.1 as the address they are
  const url = web.test(referrer) ? URL.parse(referrer) : null;
  if (url === null || isAddress(url.hostname)) return null;
  const host = url.hostname.replace(/\.$/, '');
  if (!hostName.test(host)) return null;
  const isPersonal = scrub(writtenHost(referrer)).hits.length > 0 || scrub(host).hits.length > 0;
  return isPersonal ? null : host;
}

/**
 * A function from a referrer to `direct` (none), `internal` (the site itself), `android-app`, the other host,
 * or `other` where there is no host to speak of: not a web address, an IP address in any spelling, personal data.
 */
export function createReferrerCutter(tools: Tools): ReferrerCutter {
  const own = new Set(tools.ownHosts.map(withoutWww));
  const compute = (referrer: string): string => {
    if (referrer === '' || referrer === '-') return 'direct';
    if (referrer.length > maxReferrerLength) return 'other';
    if (/^android-app:\/\//i.test(referrer)) return 'android-app';
    if (own.has(withoutWww(writtenHost(referrer))) && web.test(referrer)) return 'internal';
    return publicHost(referrer, tools.scrub) ?? 'other';
  };
  return rememberRecent(compute, maxEntries);
}
