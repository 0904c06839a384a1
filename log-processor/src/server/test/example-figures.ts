/** Figures of an ordinary afternoon, for tests and for looking at the page. */
import type { LiveFigures, SiteFigures } from '../live-figures.ts';

const nowMs = Date.UTC(2026, 10, 21, 14, 3, 59);

export const exampleSite: SiteFigures = {
  site: 'ocean-body', zone: 'Europe/Paris', day: '2026-11-21',
  startedByHour: [9, 4, 0, 1, 2, 12, 31, 77, 130, 164, 181, 170, 141, 180, 311, 89, 0, 0, 0, 0, 0, 0, 0, 0], closedHours: 14,
  activeVisitors: { browser: 17, bot: 3 }, visitorsToday: { browser: 1284, bot: 211 },
  visitsToday: { human: 1502, bot: 388, suspected: 46 }, pageViewsToday: { human: 5821, bot: 2210, suspected: 97 },
  bouncesToday: 612, visitSecondsToday: 1502 * 187,
  requestsByStatusClass: [{ statusClass: '2xx', requests: 48_211 }, { statusClass: '3xx', requests: 3_120 }, { statusClass: '4xx', requests: 904 }, { statusClass: '5xx', requests: 12 }],
  pages: [{ value: '/', visitors: 611 }, { value: '/lessons/coral-reefs', visitors: 240 }, { value: '/lessons/{id}/a-very-long-path-template/that-goes/on-and-on/until-it-has-to-be-broken-somewhere', visitors: 31 }, { value: 'other', visitors: 3 }],
  referrers: [{ value: 'direct', visitors: 702 }, { value: 'www.example.org', visitors: 211 }, { value: 'other', visitors: 9 }],
  countries: [{ value: 'FR', visitors: 803 }, { value: 'BE', visitors: 141 }, { value: 'CH', visitors: 96 }, { value: 'CA', visitors: 71 }, { value: 'SN', visitors: 38 }, { value: 'unknown', visitors: 11 }, { value: 'other', visitors: 124 }],
  devices: [{ value: 'mobile', visitors: 720 }, { value: 'desktop', visitors: 511 }],
  keys: [{ day: '2026-11-21', createdMs: nowMs - 15 * 3_600_000 }, { day: '2026-11-20', createdMs: nowMs - 39 * 3_600_000 }],
};

export const exampleFigures: LiveFigures = {
  version: '0.1.0', threshold: 5, nowMs, watermarkMs: nowMs - 123_000, catchingUp: false, lagBytes: 0, outboxBytes: 18_432,
  lines: { read: 52_300, delivered: 52_201, dropped: [{ reason: 'malformed', lines: 40 }, { reason: 'too_old', lines: 0 }, { reason: 'too_long', lines: 2 }], inFlight: 57 },
  visits: { opened: 1961, closed: 1936, open: 22, merged: 3 },
  sites: [exampleSite],
  further: [{ what: 'anonymised lines', where: '.tidewatch/out/access.ndjson' }, { what: 'the same report', where: 'npm start -- FILE' }, { what: 'what every metric and setting means', where: 'docs/metrics.md, docs/configuration.md' }],
};
