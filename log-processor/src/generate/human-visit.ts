/** One person's walk through the site: pages with what they load, links that prefetch, dead links, and pauses around the 1800 s that end a visit. */
import { type Page, pagesByWeight, referrers, sharedAssets } from './pages.ts';
import type { Random } from './random.ts';
import { type Ask, serve, type ServedSite, type TrueRequest } from './serve.ts';
import type { Visitor } from './visitors.ts';

/** Chances, each by itself. */
const bounceShare = 0.42;
const nextPageShare = 0.68;
const deadLinkShare = 0.02;
const prefetchShare = 0.08;
const againShare = 0.3;
/** Pauses of exactly the limit (the visit goes on), one millisecond over it (a new visit), and far over it. */
const pauses: readonly (readonly [share: number, fromMs: number, toMs: number])[] = [
  [0.01, 1_800_000, 1_800_000],
  [0.02, 1_800_001, 1_800_001],
  [0.04, 2_400_000, 7_200_000],
];
const meanDwellMs = 50_000;
const maxDwellMs = 1_500_000;

/** The requests of a walk that begins at `startMs`, in the order in which they were asked; `lastMs` only grows. */
export function humanVisit(random: Random, site: ServedSite, visitor: Visitor, startMs: number): TrueRequest[] {
  const requests: TrueRequest[] = [];
  let lastMs = startMs;
  const ask = (what: Ask): TrueRequest => {
    const served = serve(random, site, visitor, what);
    requests.push(served);
    lastMs = Math.max(lastMs, what.timeMs);
    return served;
  };

  const seen = new Set<string>();
  let referrer = random.pick(referrers);
  let timeMs = startMs;
  for (let views = viewCount(random); views > 0; views -= 1) {
    const page = random.pick(pagesByWeight);
    const status = seen.has(page.path) && random.chance(againShare) ? 304 : 200;
    const answer = ask({ timeMs, path: page.path, kind: 'page', referrer, status });
    referrer = `https://${site.serverName}${page.path}`;
    if (answer.request.status < 400) load(random, { page, timeMs, referrer, isFirst: seen.size === 0 }, ask);
    seen.add(page.path);
    timeMs = lastMs + dwellMs(random);
  }
  return requests;
}

function viewCount(random: Random): number {
  if (random.chance(bounceShare)) return 1;
  let views = 2;
  while (views < 40 && random.chance(nextPageShare)) views += 1;
  return views;
}

type Loaded = { readonly page: Page; readonly timeMs: number; readonly referrer: string; readonly isFirst: boolean };

/** What a browser asks for once it has the page: pictures always, the shared assets once, calls of its scripts, perhaps the next page in advance. */
function load(random: Random, { page, timeMs, referrer, isFirst }: Loaded, ask: (what: Ask) => void): void {
  const assets = isFirst ? [...sharedAssets, ...page.pictures] : page.pictures;
  for (const path of assets) ask({ timeMs: timeMs + random.integer(15, 700), path, kind: 'asset', referrer, status: random.chance(0.2) ? 304 : 200 });
  for (const path of page.calls) ask({ timeMs: timeMs + random.integer(120, 1200), path, kind: 'api', referrer });
  if (random.chance(prefetchShare)) {
    const purpose = random.pick(['prefetch', 'prefetch;prerender']);
    ask({ timeMs: timeMs + random.integer(1500, 4000), path: random.pick(pagesByWeight).path, kind: 'page', referrer, purpose });
  }
  if (random.chance(deadLinkShare)) ask({ timeMs: timeMs + random.integer(5000, 9000), path: '/ocean/kelp-forest', kind: 'page', referrer, status: 404 });
  if (random.chance(deadLinkShare)) ask({ timeMs: timeMs + random.integer(5000, 9000), path: '/ocean/', kind: 'page', referrer, status: 301 });
}

/** Milliseconds between the last request of a page and the next page. */
function dwellMs(random: Random): number {
  let drawn = random.next();
  for (const [share, fromMs, toMs] of pauses) {
    if (drawn < share) return random.integer(fromMs, toMs);
    drawn -= share;
  }
  return Math.min(maxDwellMs, 800 + Math.round(random.exponential(meanDwellMs)));
}
