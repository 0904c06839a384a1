/** Tells robots apart by the names they announce: a closed list, so that nothing a visitor invents becomes a family. */
import { aiCrawlers } from './ai-crawlers.ts';

/** Search engines, link previews, monitors, SEO tools and libraries that visit everybody. The family is the name as written here. */
const otherRobots = [
  ...['AdsBot-Google', 'AhrefsBot', 'AhrefsSiteAudit', 'APIs-Google', 'Baiduspider', 'Barkrowler', 'bingbot', 'BingPreview', 'BLEXBot', 'BorderManager'],
  ...['CensysInspect', 'coccocbot', 'DataForSeoBot', 'Discordbot', 'DotBot', 'DuckDuckBot', 'Expanse', 'Feedfetcher-Google', 'Feedly', 'Google-InspectionTool'],
  ...['Google-Read-Aloud', 'Googlebot', 'GoogleImageProxy', 'HeadlessChrome', 'heritrix', 'ia_archiver', 'InternetMeasurement', 'LinkedInBot', 'Mail.RU_Bot'],
  ...['Mastodon', 'Mediapartners-Google', 'MJ12bot', 'msnbot', 'Nutch', 'NetcraftSurveyAgent', 'PhantomJS', 'Pingdom', 'Pinterestbot', 'PRTG', 'Qwantify'],
  ...['rogerbot', 'SemrushBot', 'SeznamBot', 'Site24x7', 'SiteAuditBot', 'Slackbot', 'Slurp', 'Sogou web spider', 'StatusCake', 'Storebot-Google'],
  ...['TelegramBot', 'trendictionbot', 'Twitterbot', 'UptimeRobot', 'Uptime-Kuma', 'WhatsApp', 'Wget', 'WordPress', 'XoviBot', 'YandexBot', 'Yeti', 'zgrab'],
  ...['curl', 'Go-http-client', 'Java', 'libwww-perl', 'node-fetch', 'okhttp', 'python-requests', 'Python-urllib', 'aiohttp', 'httpx', 'Scrapy', 'axios'],
  ...['Prometheus', 'Blackbox Exporter', 'kube-probe', 'Zabbix', 'Nagios', 'check_http', 'masscan', 'Nmap', 'sqlmap', 'Nikto', 'Nuclei', 'GTmetrix'],
];

/** Names that are plain words too: they count only as a product, with a version after them. */
const plainWords = new Set(['code', 'cursor', 'devin', 'expanse', 'java', 'lcc', 'mastodon', 'operator', 'spider', 'trae', 'wordpress', 'yak', 'yeti', 'openai']);

/** Editors and assistants that hold a browser somebody looks into. */
const heldByPerson = /\belectron\//i;

const families = new Map([...otherRobots, ...aiCrawlers].map((name) => [name.toLowerCase(), name]));

/** All names in one pattern, long ones first, each as a whole word. */
const named = new RegExp(
  `(?<![a-z0-9])(?:${[...families.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') + (plainWords.has(name) ? '(?=/\\d)' : '(?![a-z0-9])'))
    .join('|')})`,
  'i',
);

/** The family of the first known robot that the user agent names; null where it names none, or where a person sits in front of it. */
export function robotFamily(userAgent: string): string | null {
  const name = named.exec(userAgent)?.[0];
  if (name === undefined || heldByPerson.test(userAgent)) return null;
  return families.get(name.toLowerCase()) ?? null;
}
