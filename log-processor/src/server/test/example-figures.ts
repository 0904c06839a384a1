/** Figures of an ordinary afternoon, for tests and for looking at the page. */
import type { LiveFigures, SiteFigures, VisitFigures } from '../live-figures.ts';

const nowMs = Date.UTC(2026, 10, 21, 14, 3, 59);

const visit = (over: Partial<VisitFigures>): VisitFigures => ({
  startMs: nowMs - 2_400_000, endMs: nowMs - 2_100_000, visitor: '8f3a61c09d2b47e5a1c4f00d9e8b7a65', visitClass: 'human', views: 4, requests: 31,
  entryPath: '/', exitPath: '/lessons/coral-reefs', referrerHost: 'direct', country: 'FR', device: 'mobile', family: 'Firefox', os: 'Android', ...over,
});

export const exampleSite: SiteFigures = {
  site: 'ocean-body', zone: 'Europe/Paris', day: '2026-11-21',
  startedByHour: [9, 4, 0, 1, 2, 12, 31, 77, 130, 164, 181, 170, 141, 180, 311, 89, 0, 0, 0, 0, 0, 0, 0, 0], closedHours: 14,
  activeVisitors: { browser: 17, bot: 3 }, visitorsToday: { browser: 1284, bot: 211 },
  visitsToday: { human: 1502, bot: 388, suspected: 46 }, pageViewsToday: { human: 5821, bot: 2210, suspected: 97 },
  bouncesToday: 612, visitSecondsToday: 1502 * 187,
  requestsByStatusClass: [{ statusClass: '2xx', requests: 48_211 }, { statusClass: '3xx', requests: 3_120 }, { statusClass: '4xx', requests: 904 }, { statusClass: '5xx', requests: 12 }],
  countries: [{ country: 'FR', visitors: 803 }, { country: 'BE', visitors: 141 }, { country: 'CH', visitors: 96 }, { country: 'CA', visitors: 71 }, { country: 'SN', visitors: 38 }, { country: 'unknown', visitors: 11 }, { country: 'other', visitors: 124 }],
  lastVisits: [
    visit({}),
    visit({ visitClass: 'bot', views: 12, requests: 12, exitPath: '/', country: 'US', device: 'other', family: 'GPTBot', os: 'other', visitor: '11aa22bb' }),
    visit({ referrerHost: 'www.example.org', entryPath: '/lessons/{id}/a-very-long-path-template/that-goes/on-and-on/until-it-has-to-be-broken-somewhere', exitPath: '/quiz/{id}', country: 'BE', device: 'desktop', family: 'Chrome', os: 'Windows' }),
    visit({ visitClass: 'suspected', views: 1, requests: 1, exitPath: '/', country: 'unknown' }),
  ],
  keys: [{ day: '2026-11-21', createdMs: nowMs - 15 * 3_600_000 }, { day: '2026-11-20', createdMs: nowMs - 39 * 3_600_000 }],
};

export const exampleFigures: LiveFigures = {
  version: '0.1.0', threshold: 5, nowMs, watermarkMs: nowMs - 123_000, catchingUp: false, lagBytes: 0, outboxBytes: 18_432,
  lines: { read: 52_300, delivered: 52_201, dropped: [{ reason: 'malformed', lines: 40 }, { reason: 'too_old', lines: 0 }, { reason: 'too_long', lines: 2 }], inFlight: 57 },
  visits: { opened: 1961, closed: 1936, open: 22, merged: 3 },
  sites: [exampleSite],
  further: [{ what: 'anonymised lines', where: '.tidewatch/out/access.ndjson' }, { what: 'the same report', where: 'npm start -- FILE' }],
};
