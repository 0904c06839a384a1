/** A year of access lines for the check of limits: a thin year, then thirty days of a million lines, with more pages, referrers and dead links than Loki answers series. */
import { createRandom, type Random } from '../../../log-processor/src/generate/random.ts';
import { accessLine, type ServedRequest } from '../../../log-processor/src/generate/access-line.ts';
import { createTraffic } from '../../../log-processor/src/generate/traffic.ts';

export const site = { name: 'ocean', serverName: 'ocean.example', zone: 'UTC' } as const;

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Days of the thin year before the dense month: enough to compare a week with the same week 52 weeks earlier. */
const thinDays = 350;
const denseDays = 30;
/** About 20 lines come with a walk; with the articles below thirty days are a million lines. */
const denseVisitsPerDay = 1_700;
const thinVisitsPerDay = 250;

/** Two words make 900 articles; each day shows some of them to enough clients to be named. */
const nouns = ['whale', 'coral', 'kelp', 'urchin', 'squid', 'otter', 'heron', 'tide', 'gyre', 'shoal', 'reef', 'trench', 'lagoon', 'estuary', 'krill', 'manta', 'oyster', 'salmon', 'turtle', 'walrus', 'petrel', 'plankton', 'seal', 'shark', 'sponge', 'starfish', 'swell', 'tuna', 'wrasse', 'eel'];
const adjectives = ['blue', 'deep', 'quiet', 'salty', 'warm', 'cold', 'wide', 'bright', 'dark', 'young', 'old', 'swift', 'slow', 'gentle', 'hidden', 'lonely', 'northern', 'southern', 'eastern', 'western', 'ancient', 'modern', 'small', 'giant', 'silver', 'golden', 'green', 'grey', 'hungry', 'sleepy'];
const articlesPerDay = 300;
/** More than k = 5, so that each is named. */
const readers = 6;
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0';

type Line = { readonly timeMs: number; readonly text: string };

/** One day's lines after the other, in order, up to the day that ended last. */
export function* yearOfLines(nowMs: number): Generator<readonly Line[], void, undefined> {
  const end = Math.floor(nowMs / dayMs) * dayMs;
  for (let startMs = end - (thinDays + denseDays) * dayMs; startMs < end; startMs += dayMs) {
    if (startMs < end - denseDays * dayMs) yield thinDay(startMs);
    else yield [...traffic(startMs, startMs + dayMs, denseVisitsPerDay), ...articles(startMs)].sort((a, b) => a.timeMs - b.timeMs);
  }
}

/** One hour at noon is enough for a receipt. */
const thinDay = (startMs: number): readonly Line[] => traffic(startMs + 12 * hourMs, startMs + 13 * hourMs, thinVisitsPerDay);

const traffic = (startMs: number, endMs: number, visitsPerDay: number): readonly Line[] =>
  // A visit that began late ends after midnight: its last lines would come before the next day's first.
  [...createTraffic({ seed: 'limits', sites: [{ ...site, visitsPerDay, healthCheckMs: 0 }], startMs, endMs }).lines()].filter(({ timeMs }) => timeMs < Math.ceil(endMs / dayMs) * dayMs);

/** Short visits that each begin and end at an article, found through a host of its own, with one dead link. */
function* articles(startMs: number): Generator<Line, void, undefined> {
  const random = createRandom(`articles/${startMs}`);
  for (let index = 0; index < articlesPerDay; index += 1) {
    const name = `${random.pick(adjectives)}-${random.pick(nouns)}`;
    // All readers of an article within one minute: they must come before a line is asked to be named, whatever the order of days.
    for (let reader = 0; reader < readers; reader += 1) yield* reading(random, startMs + random.integer(0, dayMs - 60_000), name, `2001:db8:${index.toString(16)}:${reader + 1}::1`);
  }
}

function* reading(random: Random, timeMs: number, name: string, remoteAddress: string): Generator<Line, void, undefined> {
  const page: ServedRequest = {
    timeMs, remoteAddress, forwardedFor: '', serverName: site.serverName, method: 'GET', uri: `/articles/${name}`, status: 200, bytes: random.integer(8_000, 30_000),
    durationMs: 60, upstreamMs: 50, referrer: `https://${name}.example/links`, userAgent: browser, purpose: '', contentType: 'text/html; charset=utf-8',
  }; // prettier-ignore
  const own = `https://${site.serverName}${page.uri}`;
  yield lineOf(page);
  yield lineOf({ ...page, timeMs: timeMs + 300, uri: '/static/site.css', referrer: own, contentType: 'text/css', durationMs: 1, upstreamMs: -1 });
  yield lineOf({ ...page, timeMs: timeMs + 20_000, uri: `/drafts/${name}`, referrer: own, status: 404, bytes: 400 });
}

const lineOf = (request: ServedRequest): Line => ({ timeMs: request.timeMs, text: accessLine(request) });
