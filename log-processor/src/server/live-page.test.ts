import { describe, expect, test } from 'vitest';
import { renderLivePage } from './live-page.ts';
import { exampleFigures, exampleSite } from './test/example-figures.ts';

const textOf = (page: string) => page.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('the live page', () => {
  test('shows the figures in words', () => {
    const text = textOf(renderLivePage(exampleFigures));
    for (const said of [
      'live , complete up to 2 min 3 s ago; everything read, 18.0 KiB to deliver',
      '17 active visitors now and 3 bots',
      '1,284 visitors today',
      '1,502 visits today 388 bot, 46 suspected',
      '5,821 page views today',
      '41 % bounce rate',
      '3 min 7 s mean duration',
      '2xx 48,211 92 %',
      'France 803',
      'Balances: 52,300 read = 52,201 delivered + 42 dropped + 57 in flight.',
      'Balances: 1,961 opened = 1,936 closed + 22 open + 3 merged.',
      'dropped: malformed 40',
      'ocean-body, 2026-11-21 15 h 0 min old',
      '/lessons/coral-reefs 240',
      'www.example.org 211',
      'mobile 720',
      'other under 5',
      '13:00 180 14:00 311',
      '01:00 under 5 02:00 0',
      '.tidewatch/out/access.ndjson',
    ]) expect(text).toContain(said);
    expect(text).not.toContain('too_old');
  });

  test('a ledger that does not balance says by how much', () => {
    const text = textOf(renderLivePage({ ...exampleFigures, lines: { ...exampleFigures.lines, delivered: 52_200 } }));
    expect(text).toContain('Does not balance by 1:');
  });

  test('before the first line it says so and divides nothing by zero', () => {
    const none = { human: 0, bot: 0, suspected: 0 };
    const site = { ...exampleSite, visitsToday: none, pageViewsToday: none, bouncesToday: 0, visitSecondsToday: 0, requestsByStatusClass: [], pages: [], referrers: [], countries: [], devices: [], keys: [] };
    for (const sites of [[], [site]]) {
      const text = textOf(renderLivePage({ ...exampleFigures, watermarkMs: null, sites }));
      expect(text).toContain('waiting for the first line');
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
    }
  });

  test('fewer people than the threshold are never counted out, nor what could be worked out from them', () => {
    const site = {
      ...exampleSite, activeVisitors: { browser: 1, bot: 7 }, visitorsToday: { browser: 3, bot: 8 }, visitsToday: { human: 4, bot: 9, suspected: 2 }, pageViewsToday: { human: 37, bot: 10, suspected: 2 },
      bouncesToday: 3, visitSecondsToday: 1234, startedByHour: exampleSite.startedByHour.map((_, hour) => (hour === 9 ? 4 : 0)), pages: [{ value: 'other', visitors: 4 }], referrers: [], countries: [], devices: [],
    }; // prettier-ignore
    const text = textOf(renderLivePage({ ...exampleFigures, sites: [site] }));
    for (const said of ['under 5 active visitors now and 7 bots', 'under 5 visitors today', 'under 5 visits today 9 bot, under 5 suspected', '– page views today', '– bounce rate', '– mean duration', '09:00 under 5']) expect(text).toContain(said);
    expect(text).not.toMatch(/\b(37|75 %|308)\b/);
  });

  test('no word of a visitor can become markup, turn the text or break a line', () => {
    const poison = `"><script>alert(1)</script>'&\u202e\u0000\n<img src=x onerror=y>`;
    const poisoned = (word: string) => {
      const shared = [{ value: word, visitors: 9 }];
      return renderLivePage({
        ...exampleFigures, version: word, further: [{ what: word, where: word }],
        lines: { ...exampleFigures.lines, dropped: [{ reason: word, lines: 1 }] },
        sites: [{ ...exampleSite, site: word, day: word, pages: shared, referrers: shared, countries: shared, devices: shared, requestsByStatusClass: [{ statusClass: word, requests: 1 }], keys: [{ day: word, createdMs: 0 }] }],
      }); // prettier-ignore
    };
    const page = poisoned(poison);
    expect(page).not.toMatch(/<script|<img|\u202e|\u0000/);
    expect(page).toContain('&lt;script&gt;');
    // The same tags in the same order as without the poison, so nothing was opened or closed.
    const tags = (text: string) => text.match(/<\/?[a-z0-9]+/g);
    expect(tags(page)).toEqual(tags(poisoned('x')));
  });

  test('has no script, no inline style and nothing from elsewhere', () => {
    const page = renderLivePage(exampleFigures);
    expect(page).not.toMatch(/<script| style=| on[a-z]+=/);
    expect(page.replaceAll('xmlns%3D%22http%3A%2F%2Fwww.w3.org', '')).not.toMatch(/https?:|src=/);
  });
});
