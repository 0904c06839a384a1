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
      '/ → /lessons/coral-reefs',
      '14:28:59', // in the zone of the site
      '.tidewatch/out/access.ndjson',
    ]) expect(text).toContain(said);
    expect(text).not.toContain('too_old');
    expect(text).not.toContain('8f3a61c'); // a token is shown by its first six digits
  });

  test('a ledger that does not balance says by how much', () => {
    const text = textOf(renderLivePage({ ...exampleFigures, lines: { ...exampleFigures.lines, delivered: 52_200 } }));
    expect(text).toContain('Does not balance by 1:');
  });

  test('before the first line it says so and divides nothing by zero', () => {
    const none = { human: 0, bot: 0, suspected: 0 };
    const site = { ...exampleSite, visitsToday: none, pageViewsToday: none, bouncesToday: 0, visitSecondsToday: 0, requestsByStatusClass: [], countries: [], lastVisits: [], keys: [] };
    for (const sites of [[], [site]]) {
      const text = textOf(renderLivePage({ ...exampleFigures, watermarkMs: null, sites }));
      expect(text).toContain('waiting for the first line');
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
    }
  });

  test('no word of a visit can become markup, turn the text or break a line', () => {
    const poison = `"><script>alert(1)</script>'&\u202e\u0000\n<img src=x onerror=y>`;
    const lastVisits = exampleSite.lastVisits.map((visit) => ({ ...visit, entryPath: poison, exitPath: poison, referrerHost: poison, country: poison, device: poison, family: poison, os: poison, visitor: poison }));
    const page = renderLivePage({
      ...exampleFigures, version: poison, further: [{ what: poison, where: poison }],
      lines: { ...exampleFigures.lines, dropped: [{ reason: poison, lines: 1 }] },
      sites: [{ ...exampleSite, site: poison, day: poison, lastVisits, countries: [{ country: poison, visitors: 1 }], requestsByStatusClass: [{ statusClass: poison, requests: 1 }], keys: [{ day: poison, createdMs: 0 }] }],
    });
    expect(page).not.toMatch(/<script|<img|\u202e|\u0000/);
    expect(page).toContain('&lt;script&gt;');
    // The same tags in the same order as without the poison, so nothing was opened or closed.
    const tags = (text: string) => text.match(/<\/?[a-z0-9]+/g);
    const plain = renderLivePage({
      ...exampleFigures, version: 'x', further: [{ what: 'x', where: 'x' }],
      lines: { ...exampleFigures.lines, dropped: [{ reason: 'x', lines: 1 }] },
      sites: [{ ...exampleSite, lastVisits, countries: [{ country: 'x', visitors: 1 }], requestsByStatusClass: [{ statusClass: 'x', requests: 1 }], keys: [{ day: 'x', createdMs: 0 }] }],
    });
    expect(tags(page)).toEqual(tags(plain));
  });

  test('has no script, no inline style and nothing from elsewhere', () => {
    const page = renderLivePage(exampleFigures);
    expect(page).not.toMatch(/<script| style=| on[a-z]+=/);
    expect(page.replaceAll('xmlns%3D%22http%3A%2F%2Fwww.w3.org', '')).not.toMatch(/https?:|src=/);
  });
});
