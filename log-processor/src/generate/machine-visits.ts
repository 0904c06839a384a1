/** What machines ask for: crawlers and feed readers that say so, scanners that pose as browsers, and connections that are no HTTP at all. */
import { pagesByWeight, probes } from './pages.ts';
import type { Random } from './random.ts';
import { type Ask, serve, type ServedSite, type TrueRequest } from './serve.ts';
import { babbler, crawler, feedReader, scanner } from './visitors.ts';

type MachineVisit = (random: Random, site: ServedSite, startMs: number) => TrueRequest[];

const robotsTxt = { path: '/robots.txt', kind: 'other' } as const;

/** robots.txt, then pages without their assets, one every few seconds. */
export const crawlerVisit: MachineVisit = (random, site, startMs) => {
  const visitor = crawler(random);
  const requests = [serve(random, site, visitor, { timeMs: startMs, ...robotsTxt })];
  let timeMs = startMs;
  for (let count = random.integer(2, 24); count > 0; count -= 1) {
    timeMs += random.integer(2000, 20_000);
    requests.push(serve(random, site, visitor, { timeMs, path: random.pick(pagesByWeight).path, kind: 'page' }));
  }
  return requests;
};

export const feedVisit: MachineVisit = (random, site, startMs) => [
  serve(random, site, feedReader(random), { timeMs: startMs, path: '/feed.xml', kind: 'feed', status: random.pick([200, 304, 304]) }),
];

/** robots.txt, then probes and pages at a rate no person has, with a made-up X-Forwarded-For: everything that gives a poser away. */
export const scannerVisit: MachineVisit = (random, site, startMs) => {
  const visitor = scanner(random);
  const claims = `192.0.2.${random.integer(1, 254)}`;
  const requests = [serve(random, site, visitor, { timeMs: startMs, ...robotsTxt, claims })];
  let timeMs = startMs;
  for (let count = random.integer(4, 20); count > 0; count -= 1) {
    timeMs += random.integer(40, 400);
    const wanted: Pick<Ask, 'method' | 'path' | 'kind' | 'status'> = random.chance(0.5)
      ? { path: random.pick(pagesByWeight).path, kind: 'page' }
      : { ...random.pick(probes), status: 404 };
    requests.push(serve(random, site, visitor, { timeMs, ...wanted, claims }));
  }
  return requests;
};

/** A TLS hello on the plain port and the like: nginx writes 400 with method, uri and user agent empty. */
export const babble: MachineVisit = (random, site, startMs) => [
  serve(random, site, babbler(random), { timeMs: startMs, method: '', path: '', kind: 'other', status: 400 }),
];
