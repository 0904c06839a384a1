import { describe, expect, test } from 'vitest';
import { createScrubber } from './scrub.ts';

const scrub = createScrubber({});

const words = `about accueil actualites algae api aquarium article assets atlas atoll bassin bathymetry biodiversity blog blue-whale boutique carbon
  cart category cetaceans coast contact contribution coral-reefs currents deep-sea dolphin donate download education enfants environment espace-presse
  estuary evenements faq fishing foundation gallery glossary great-barrier-reef guide habitat health help history home humpback images index.html
  jellyfish kelp-forest lagoon lesson-1 lesson-12 library login mangrove manifest.json marine-biology mediterranee mentions-legales microplastics museum
  news newsletter ocean ocean-acidification octopus orca partners photos plankton plan-du-site plastic pollution press privacy-policy quiz reef register
  research resources robots.txt salinity school science sea-level-rise search sea-turtles shark shop sitemap.xml species sponge staff storm surf
  sustainability teachers temperature tides top-10-beaches tsunami undersea-volcanoes video visit volunteer water wetland whale-watching wildlife
  OceanBodyHealthEducation EmperorPenguin PetiteMenagerie covid-19 h264 mp3 html5 utf-8 iso-8859-1 web2.0 3d-model v1 v2.1 1.2.3 2.10.14 10.4.2 4k
  photo-2024-06-01.jpg 2024-06-01 2024-06-01T12:30:45Z 20240601 2024 06 01 12:30:45 1920x1080 800x600 page-2 42 1234 99999 1234567 12345678 50% c++
  jquery-3.7.1.min.js bootstrap-5.3.2.bundle.min.js lodash@4.17.21 logo@2x.png icon@3x.webp font-awesome-6.4.0 wp-content wp-includes node_modules
  fr en en-US pt-BR zh-Hans feed.rss atom.xml favicon.ico apple-touch-icon-152x152.png sprite.svg main.css app.js vendor.js chunk-vendors.js
  what-is-a-fish the-10-largest-sharks-of-2023 why-the-sea-is-salt 100-ways-to-help 24-heures-de-la-mer sept-merveilles l'ocean caf%C3%A9 p%C3%AAche
  Foo::Bar 12:30 key-figures state-of-the-ocean token-economy session-2 code-of-conduct sante.fr example.org 3.14159 1e10 0x1f a=b size=large q=coral
  1700000000.123 10:00-12:00 1-2-3 2-1-0 2023-2024 1990-2020 5-7-5 0800 112 18 15 3114 75001 06000 33000 F-75001 B612 A380 R2D2 C-3PO`
  .split(/\s+/);

function paths(): string[] {
  const list = words.map((word) => `/${word}`);
  for (const [index, word] of words.entries()) {
    const next = words[(index * 7 + 3) % words.length] ?? '';
    list.push(`/en/${word}/${next}`, `/fr/${next}/2024/06/01/${word}`, `/${word}?lang=fr&page=2`, `/assets/${next}/${word}`);
  }
  return list;
}

describe('ordinary paths', () => {
  test('pass untouched, all of a made corpus of over a thousand', () => {
    const all = paths();
    expect(all.length).toBeGreaterThan(1000);
    expect(all.map((path) => scrub(path)).filter((result, index) => result.text !== all[index] || result.hits.length > 0)).toEqual([]);
  });

  test('four dotted numbers up to 255 are taken for an address even where they are a version', () => {
    expect(scrub('/download/10.4.2.1-beta').text).toBe('/download/:address-beta');
    expect(scrub('Chrome/120.0.6099.109 Safari/537.36').hits).toEqual([]);
  });

  test('two or three dotted numbers are versions, times, prices, dates and places, unless they stand where a host does or are hexadecimal', () => {
    const ordinary = [
      '/jquery-3.7.1.min.js', '/v/10.0.19045', '/download/1.2.345', '/release/120.0.6099', '/price/192.513', '/19.99', '/at/12.30', '/12.30.45', '/01.12.2024', '/map/48.856614,2.352222', '/zoom/0.5',
      '/2.5x', '/lib@3.7.1-rc', '/npm/react@18.2.0/index.js', '/a:/b/1.x', '/0x1f', '/0x.y', '/section/1.2', 'Firefox/140.0', 'HTTP/1.1',
    ];
    expect(ordinary.filter((text) => scrub(text).text !== text)).toEqual([]);
    for (const [text, clean] of [
      ['http://192.513/x', 'http://:address/x'], ['http:/192.0.513:8080/x', 'http:/:address/x'], ['ftp://me@192.0.513', 'ftp://me@:address'], ['ssh://192.513', 'ssh://:address'],
      ['/a/0xc0.513', '/a/:address'], ['/a/192.0x201', '/a/:address'], ['/a/0xC0.0.0x201/b', '/a/:address/b'], ['http://0300.01001.', 'http://:address.'],
    ]) expect(scrub(text ?? '').text).toBe(clean);
  });

  test('dates with their time are no address, and a date does not hide one', () => {
    for (const text of ['2026-01-15-12-30-45', '2026.01.15.12.30.45', '2026-01-15_12-30-45']) expect(scrub(text).text).toBe(text);
    expect(scrub('2026-01-15-192-0-2-1').hits).toEqual(['address']);
  });

  test('known false finds stay known: moments in milliseconds have the shape of a NIR, seconds that of an address', () => {
    expect(scrub('1763834400123').text).toBe(':nir');
    expect(scrub('1763834400').text).toBe(':address');
  });
});
