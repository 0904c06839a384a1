/** Builds the tools of the road from the configuration: the one place that knows which library stands behind which step. */
import type { KeyObject } from 'node:crypto';
import type { Calendar } from './account/calendar.ts';
import { Anonymiser } from './anonymise.ts';
import { describeBrowser, looksLikeRobot } from './agents.ts';
import type { Config } from './config-schema.ts';
import { lookUpCountry } from './countries.ts';
import { forgetKeys } from './keys/hmac.ts';
import { parseAddress } from './keys/parse-address.ts';
import { clientToken, visitorToken } from './keys/tokens.ts';
import type { RoadTools } from './pipeline.ts';
import type { Address } from './record.ts';
import { robotFamily } from './robots.ts';
import type { Scrubber } from './scrub/scrub.ts';
import { createSites } from './site-tools.ts';
import type { Sites } from './site-tools.ts';
import { createCountryOf } from './steps/add-country.ts';
import { createAgentOf } from './steps/classify-agent.ts';
import { createKindOf, isPrefetch } from './steps/classify-kind.ts';
import { createReferrerCutter } from './steps/cut-referrer.ts';
import { originForm } from './steps/origin-form.ts';
import { createPathTemplater } from './steps/template-path.ts';
import { createPeerTrust, createProxyTrust } from './steps/trust-proxy.ts';
import type { Vocabulary } from './vocabulary.ts';

export type RoadParts = {
  readonly config: Config;
  readonly calendar: Calendar;
  readonly vocabulary: Vocabulary;
  readonly scrub: Scrubber;
  readonly keyOf: (site: string, day: string) => KeyObject | 'missing' | 'destroyed';
  readonly scrubbed: (pattern: string) => void;
  /** For tests, whose addresses no country owns. */
  readonly lookUpCountry?: (address: string) => string | null;
};

/** A visit goes on over a gap of at most this; a day is over this long after its midnight. */
export const gapMs = 1_800_000;

/** @throws TypeError when `trusted_proxies` names what is no network */
export function openRoad(parts: RoadParts): { readonly tools: RoadTools; readonly sites: Sites } {
  const { config, calendar, scrub } = parts;
  const sites = createSites(config.sites, {
    createPathTemplater: (rules) => createPathTemplater({ ...rules, scrub }),
    createReferrerCutter: (hosts) => createReferrerCutter({ ...hosts, scrub }),
    createKindOf,
    originForm,
  });
  const addresses = rememberLast();
  const anonymiser = new Anonymiser({ keyOf: parts.keyOf, visitorToken, clientToken, parseAddress: addresses.parse, vocabulary: parts.vocabulary, gapMs });
  const proxies = { trusted: config.trusted_proxies, parseAddress: addresses.parse };
  const tools: RoadTools = {
    siteOf: sites.ofServerName,
    dayOf: createDayOf(calendar),
    trustProxy: createProxyTrust(proxies),
    trustsPeer: createPeerTrust(proxies),
    isAddress: (text) => parseAddress(text) !== null,
    countryOf: createCountryOf(parts.lookUpCountry === undefined ? lookUpCountry : ({ text }) => parts.lookUpCountry?.(text) ?? null),
    agentOf: createAgentOf({ looksLikeRobot, robotFamily, describeBrowser }),
    isPrefetch,
    anonymise: (line) => anonymiser.take(line),
    forget() {
      anonymiser.forget();
      forgetKeys();
      addresses.forget();
    },
    anonymiseKnown: (line) => anonymiser.takeKnown(line),
    scrubbed: parts.scrubbed,
  };
  return { tools, sites };
}

/** An address is read when it is met, and once more when its first token is made, which is mostly the next thing that happens. */
function rememberLast(): { parse: typeof parseAddress; forget: () => void } {
  let last: { readonly text: string; readonly address: Address | null } = { text: '', address: null };
  return {
    parse(text) {
      if (text !== last.text) last = { text, address: parseAddress(text) };
      return last.address;
    },
    forget: () => (last = { text: '', address: null }),
  };
}

/** The day with the name of the one before, looked up once per day and site. */
function createDayOf(calendar: Calendar): RoadTools['dayOf'] {
  const known = new WeakMap<object, ReturnType<RoadTools['dayOf']>>();
  // Lines of one site and day follow one another.
  let last = { site: '', startMs: 0, endMs: 0, found: { day: '', startMs: 0, dayBefore: '' } };
  return (site, timeMs) => {
    if (timeMs >= last.startMs && timeMs < last.endMs && last.site === site) return last.found;
    const day = calendar.dayOf(site, timeMs);
    let found = known.get(day);
    if (found === undefined) {
      found = { day: day.day, startMs: day.startMs, dayBefore: calendar.dayOf(site, day.startMs - 1).day };
      known.set(day, found);
    }
    last = { site, startMs: day.startMs, endMs: day.endMs, found };
    return found;
  };
}
