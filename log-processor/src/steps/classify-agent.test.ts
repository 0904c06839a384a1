import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeBrowser, looksLikeRobot } from '../agents.ts';
import { robotFamily } from '../robots.ts';
import { createAgentOf } from './classify-agent.ts';

const agentOf = createAgentOf({ looksLikeRobot, robotFamily, describeBrowser });
const dataFolder = resolve(import.meta.dirname, '../../../../shared/data');
const hasData = existsSync(join(dataFolder, 'peer-isbot'));
const read = (path: string): string => readFileSync(join(dataFolder, path), 'utf8');

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1';

test('the shared data is there wherever CI runs', () => expect(hasData || process.env.CI !== 'true').toBe(true));

test.each([
  [chrome, 'Chrome', 'Windows', 'desktop'],
  [`${chrome} Edg/120.0.0.0`, 'Edge', 'Windows', 'desktop'],
  [iphone, 'Safari', 'iOS', 'mobile'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0', 'Firefox', 'Linux', 'desktop'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15', 'Safari', 'macOS', 'desktop'],
  ['Mozilla/5.0 (Linux; Android 13; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36', 'Samsung Internet', 'Android', 'mobile'],
  ['Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1', 'Safari', 'iOS', 'tablet'],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36', 'Chrome', 'Chrome OS', 'desktop'],
  ['Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/4.0 Chrome/76.0.3809.146 TV Safari/537.36', 'Samsung Internet', 'Tizen', 'tv'],
])('%s', (userAgent, family, os, device) => expect(agentOf(userAgent)).toEqual({ agentClass: 'browser', family, os, device }));

test.each([
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot'],
  [`${iphone} (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)`, 'bingbot'],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)', 'GPTBot'],
  ['Mozilla/5.0 (compatible; ClaudeBot/1.0)', 'ClaudeBot'],
  ['Mozilla/5.0 (compatible; ai2bot-dolma/1.0)', 'Ai2Bot-Dolma'],
  ['curl/8.5.0', 'curl'],
  ['somebody-elses-bot/1.0', 'other bot'],
  ['', 'other bot'],
  ['-', 'other bot'],
  ['   ', 'other bot'],
])('%j is a robot of the family %s, without system and device', (userAgent, family) =>
  expect(agentOf(userAgent)).toEqual({ agentClass: 'bot', family, os: 'other', device: 'other' }),
);

test('an editor that holds a browser is somebody reading, the same product alone is not', () => {
  expect(agentOf(`${chrome.replace('Chrome/', 'Code/1.90.0 Chrome/')} Electron/30.0`).agentClass).toBe('browser');
  expect(agentOf('Mozilla/5.0 (compatible; Code/1.0)')).toMatchObject({ agentClass: 'bot', family: 'Code' });
});

test('no text of a visitor becomes a family, a system or a device', () => {
  const families = new Set<string>();
  const words = fc.constantFrom('Mozilla/5.0', '(', ')', ';', 'Chrome/', 'secret@example.org', '192.0.2.7', 'Version/1.2.3', 'Linux', 'Windows NT', 'like Gecko', 'MyOwnBrowser/1.0', 'Mobile', 'Android 9', '/', 'compatible');
  const userAgent = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.oneof(words, fc.string()), { maxLength: 8 }).map((parts) => parts.join(' ')));
  fc.assert(fc.property(userAgent, (text) => {
    const { family, os, device } = agentOf(text);
    for (const name of [family, os]) families.add(name);
    expect(['desktop', 'mobile', 'tablet', 'tv', 'other']).toContain(device);
  }), { numRuns: 3000 });
  for (const unknown of ['Foo/1.0 (X) MyOwnBrowser/7', 'secret@example.org/1.0', 'jean.dupont/3.2 Gecko']) families.add(agentOf(unknown).family);
  for (const name of families) expect(name).not.toMatch(/MyOwn|secret|192|dupont|Foo/);
});

test('only the first 512 characters are matched, and hostile ones take no time worth speaking of', () => {
  expect(agentOf(`${chrome} ${'x'.repeat(600)} Googlebot/2.1`).agentClass).toBe('browser');
  const began = performance.now();
  for (const piece of ['a', '(', ' ', 'Mozilla/5.0 ', 'version/1.', '1.', 'bot', '; ', 'opt/1.1', 'x/1.0 ', '(compatible; ']) {
    for (let turn = 0; turn < 20; turn += 1) agentOf(`${turn}${piece.repeat(1_000_000 / piece.length)}`);
  }
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('an agent is worked out once, and a full memory forgets and still answers', () => {
  let asked = 0;
  const counting = createAgentOf({ looksLikeRobot, robotFamily: () => ((asked += 1), null), describeBrowser, maxKnown: 2 });
  for (const userAgent of [chrome, chrome, iphone, chrome, iphone]) expect(counting(userAgent)).toEqual(agentOf(userAgent));
  expect(asked).toBe(2);
  for (const userAgent of ['Firefox/1', 'Firefox/2', 'Firefox/3', chrome]) counting(userAgent);
  expect(asked).toBe(6);
});

describe.skipIf(!hasData)('the lists of others (skipped without the shared data)', () => {
  const lists = (path: string): string[] => {
    const value: unknown = parse(read(path));
    return Object.values(value ?? {}).flat().filter((entry): entry is string => typeof entry === 'string');
  };

  test("isbot's crawlers are robots, all of them", () => {
    const crawlers = lists('peer-isbot/fixtures/crawlers.yml');
    expect(crawlers).toHaveLength(626);
    expect(crawlers.filter((userAgent) => agentOf(userAgent).agentClass !== 'bot')).toEqual([]);
  });

  test("isbot's browsers are browsers, but for four that name themselves robots and that isbot does not know", () => {
    const browsers = lists('peer-isbot/fixtures/browsers.yml');
    expect(browsers).toHaveLength(555);
    const flagged = browsers.map((userAgent) => agentOf(userAgent)).filter(({ agentClass }) => agentClass === 'bot');
    expect(flagged.map(({ family }) => family).toSorted()).toEqual(['Amzn-User', 'GTmetrix', 'Slurp', 'amazon-kendra']);
  });

  test('the examples of crawler-user-agents are robots, but for the eight that look like a browser somebody uses', () => {
    const list: unknown = JSON.parse(read('peer-crawler-user-agents/crawler-user-agents.json'));
    const examples = (Array.isArray(list) ? list : []).flatMap(({ instances }: { instances: string[] }) => instances);
    expect(examples).toHaveLength(2116);
    // In-app browsers (2), editors (2), a site wrapped as an app, and three tools that only add a word to Chrome.
    expect(examples.filter((userAgent) => agentOf(userAgent).agentClass !== 'bot').length).toBeLessThanOrEqual(8);
  });

  const namesIn = (text: string): string[] => {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  };

  test('every AI crawler of ai.robots.txt is a robot with a name', () => {
    const names = namesIn(read('peer-ai-robots/robots.json'));
    expect(names).toHaveLength(166);
    for (const name of names) {
      const agent = agentOf(`Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; compatible; ${name}/1.0) Chrome/120.0 Safari/537.36`);
      expect(agent.agentClass, name).toBe('bot');
      expect(agent.family, name).not.toBe('other bot');
    }
  });

  const suite = (path: string): { user_agent_string: string; family: string }[] => {
    const value: unknown = parse(read(path));
    return (value as { test_cases: { user_agent_string: string; family: string }[] }).test_cases;
  };
  /**
   * Cases of the suite's family that announce themselves as a web browser (`Mozilla/`) and are one here, and how many of them got our name for it.
   * The suite collects oddities (Windows 3.1, Kindles, desktop mode of tablets, mobile SDKs), one each: it says nothing about shares of real traffic.
   */
  const agreement = (path: string, names: Record<string, string>, pick: 'family' | 'os'): { share: number; cases: number } => {
    const wanted = new Map(Object.entries(names));
    const cases = suite(path).filter(
      ({ family, user_agent_string: userAgent }) => wanted.has(family) && userAgent.startsWith('Mozilla/') && agentOf(userAgent).agentClass === 'browser',
    );
    const same = cases.filter(({ family, user_agent_string: userAgent }) => agentOf(userAgent)[pick] === wanted.get(family));
    return { share: same.length / cases.length, cases: cases.length };
  };

  test('browser families agree with uap-core where both know them', () => {
    const names = {
      Chrome: 'Chrome', 'Chrome Mobile': 'Chrome', 'Chrome Mobile iOS': 'Chrome', Firefox: 'Firefox', 'Firefox Mobile': 'Firefox', 'Firefox iOS': 'Firefox', Safari: 'Safari',
      'Mobile Safari': 'Safari', Edge: 'Edge', 'Edge Mobile': 'Edge', IE: 'Internet Explorer', 'IE Mobile': 'Internet Explorer', Opera: 'Opera', 'Opera Mobile': 'Opera', 'Opera Mini': 'Opera',
      'Samsung Internet': 'Samsung Internet', 'UC Browser': 'UC Browser', 'Yandex Browser': 'Yandex Browser', Vivaldi: 'Vivaldi', 'QQ Browser': 'QQ Browser', Maxthon: 'Maxthon',
    };
    const { share, cases } = agreement('peer-uap-core/tests/test_ua.yaml', names, 'family');
    expect(cases).toBe(75);
    // Measured: 68 of 75; the rest are old UC Browsers and Maxthon, which add themselves to Chrome's words.
    expect(share).toBeGreaterThan(0.9);
  });

  test('systems agree with uap-core where both know them', () => {
    const names = { Windows: 'Windows', 'Mac OS X': 'macOS', iOS: 'iOS', Android: 'Android', Linux: 'Linux', Ubuntu: 'Linux', 'Chrome OS': 'Chrome OS', 'Windows Phone': 'Windows Phone' };
    const { share, cases } = agreement('peer-uap-core/tests/test_os.yaml', names, 'os');
    expect(cases).toBeGreaterThan(100);
    // Measured: 119 of 130.
    expect(share).toBeGreaterThan(0.9);
  });
});
