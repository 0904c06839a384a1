/** What generated visitors call themselves: browsers in rough proportion to their use, declared robots, and the lies of scanners. */

const chrome = (platform: string, version: number, tail = ''): string =>
  `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0${tail} Safari/537.36`;
const safari = (platform: string, version: string, tail: string): string =>
  `Mozilla/5.0 (${platform}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} ${tail}`;
const firefox = (platform: string, version: number): string => `Mozilla/5.0 (${platform}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;

const windows = 'Windows NT 10.0; Win64; x64';
const mac = 'Macintosh; Intel Mac OS X 10_15_7';
const linux = 'X11; Linux x86_64';
const android = 'Linux; Android 10; K';

/** One is chosen evenly, so popular ones stand several times. */
export const browsers: readonly string[] = [
  ...Array.from({ length: 4 }, (_, age) => chrome(windows, 142 - age)),
  ...Array.from({ length: 3 }, (_, age) => chrome(mac, 142 - age)),
  ...Array.from({ length: 4 }, (_, age) => chrome(android, 142 - age, ' Mobile')),
  ...Array.from({ length: 3 }, (_, age) => safari(`iPhone; CPU iPhone OS 18_${6 - age} like Mac OS X`, `18.${6 - age}`, 'Mobile/15E148 Safari/604.1')),
  safari('iPad; CPU OS 17_7 like Mac OS X', '17.7', 'Mobile/15E148 Safari/604.1'),
  safari(mac, '18.6', 'Safari/605.1.15'),
  firefox(windows, 144),
  firefox(windows, 140),
  firefox(linux, 144),
  'Mozilla/5.0 (Android 14; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0',
  `${chrome(windows, 142)} Edg/142.0.0.0`,
  `${chrome(windows, 141)} OPR/125.0.0.0`,
  chrome('Linux; Android 14; SAMSUNG SM-S921B', 136, ' Mobile').replace('Chrome/', 'SamsungBrowser/28.0 Chrome/'),
  chrome('X11; CrOS x86_64 14541.0.0', 141),
];

/** Robots that say so. The ones that only read feeds are apart, in `feedReaders`. */
export const crawlers: readonly string[] = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
  'CCBot/2.0 (https://commoncrawl.org/faq/)',
  'python-requests/2.32.3',
  'curl/8.5.0',
];

export const feedReaders: readonly string[] = ['Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)', 'NetNewsWire (RSS Reader; https://netnewswire.com/)'];

/** What the load balancer's health check sends. */
export const healthChecker = 'kube-probe/1.31';

/** What scanners pretend to be: exactly what browsers send, because that is the point. */
export const disguises: readonly string[] = [chrome(windows, 120), chrome(linux, 119), firefox(windows, 115)];
