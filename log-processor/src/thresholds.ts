/** Every number that an alert compares with, its default and the reason for it, once: rules, dashboards, documents and the configuration build on this table. Imports nothing. */

type Threshold<S extends boolean> = {
  readonly value: number;
  /** True where each site may have its own; else one for the whole machine. */
  readonly ofSite: S;
  /** What is compared, and why the default is what it is. */
  readonly reason: string;
};

const site = (value: number, reason: string): Threshold<true> => ({ value, ofSite: true, reason });
const machine = (value: number, reason: string): Threshold<false> => ({ value, ofSite: false, reason });

export const thresholds = {
  server_error_ratio: site(0.05, 'Share of requests answered 5xx within 10 minutes. One in twenty is what a visitor notices within a visit.'),
  client_error_ratio: site(0.5, 'Share of requests answered 4xx within 10 minutes. Robots that guess make a tenth; half is a broken release or a storm.'),
  client_errors_per_minute: site(60, '4xx answers a minute, below which a high share is a quiet night with one scanner.'),
  site_requests_per_hour: site(100, 'Requests in the same hour yesterday and a week ago, from which an hour without any is no quiet hour but a site that is cut off.'),
  request_duration_seconds: site(2, 'Time in which 95 of 100 pages must be answered, within 10 minutes. People leave between two and three seconds.'),
  error_budget_ratio: site(0.005, 'Share of requests that may fail in 30 days: 99.5 % is three and a half hours a month, what one person on call can keep.'),
  slow_budget_ratio: site(0.05, 'Share of requests of the application that may take longer than 0.5 s in 30 days; the dive of Ocean-Body is slow on purpose.'),
  daily_visitors_minimum: site(5, 'Human visitors within 24 hours, below which counting is more likely to be broken than the audience gone.'),
  daily_visitors_maximum: site(50_000, 'Human visitors within 24 hours, above which it is an event to prepare for, or robots that count as people.'),
  visitors_drop_ratio: site(0.4, "Share of the same moment's visitors a week ago. Weekdays differ less than by half; holidays do, so it informs and wakes nobody."),
  bot_ratio_rise: site(0.25, "Rise of the bots' share of requests against the week before, in points. A new crawler makes 10 to 20."),
  bounce_ratio_rise: site(0.2, 'Rise of the bounce rate of a day against the week before, in points. Campaigns move it by 10; a page that does not load by more.'),
  scanner_requests_per_minute: site(30, 'Answers 404 a minute. The background noise of the internet is one to five.'),
  failed_logins_per_minute: site(10, 'Answers 401 or 403 to POST a minute. A person who forgot a password makes three.'),
  application_errors_per_minute: site(5, 'Lines of level error of the application a minute. One is a bug to read about tomorrow; five is an outage.'),
  co2e_grams_per_visit: site(2, 'Grams of CO2e of platform and monitoring per human visit over 7 days. A small site on one server in France is near 0.5.'),

  co2e_grams_per_hour: machine(25, 'Operational grams of CO2e an hour. A server of 100 W with a PUE of 1.4 emits 6 in France and 25 at 180 g/kWh.'),
  carbon_intensity_grams_per_kwh: machine(100, 'Life cycle intensity of the grid. The French mean of a year is 20 to 60; above 100 is a day to postpone heavy work.'),
  intensity_age_seconds: machine(21_600, 'Age of the newest live intensity. Providers publish every 15 to 60 minutes; six hours are an outage of theirs or of our egress.'),
  power_deviation_ratio: machine(0.5, 'Deviation of power from the median of the same hour of the last seven days. Load moves it by 20 to 30 %.'),
  pue_ratio: machine(1.8, 'Measured PUE above which the meters or the cooling deserve a look: the European mean is about 1.5.'),
  pue_ratio_minimum: machine(1.02, 'Measured PUE below which the meters are wrong: the best buildings in the world reach 1.05.'),

  watermark_age_seconds: machine(900, 'Age of the watermark. 120 s is normal, 300 s is called catching up, a quarter of an hour is a pipeline that stands.'),
  input_lines_per_hour: machine(100, 'Lines of an input in the same hour yesterday and a week ago, from which an hour without any is an input that broke.'),
  outbox_bytes: machine(53_687_091, 'Bytes that wait for Loki: 80 % of outbox_limit_bytes (64 MiB), where reading stops, and never more than that of another limit.'),
  key_age_seconds: machine(172_800, 'Age of the oldest living key. Keys die 48 hours after their making at the latest, which the privacy text promises.'),
  raw_log_age_seconds: machine(172_800, 'Age of the oldest line with an address on disk. 48 hours are promised; a longer promise needs another number here.'),
  receipt_age_seconds: machine(93_600, 'Time since the end of the newest day with a receipt: a day, and two hours for lines that come late.'),

  cpu_ratio: machine(0.9, 'Share of processor time that is not idle over 15 minutes. Above it, latency grows faster than load.'),
  memory_ratio: machine(0.9, 'Share of memory in use without caches. Above it the kernel begins to take the page cache that Loki lives on.'),
  service_memory_ratio: machine(0.9, 'Share of its memory limit that a service uses, without caches. The kernel ends it at 1; Go programs near it spend their time on collecting garbage.'),
  disk_ratio: machine(0.9, 'Share of a file system in use. Loki stops taking lines when the disk of its log is full to 90 %.'),
  disk_full_seconds: machine(86_400, 'Time until a file system is full if it goes on as in the last six hours. A day leaves one working day to act.'),
  inode_ratio: machine(0.9, 'Share of inodes in use. A disk without inodes is full with free space on it.'),
  clock_offset_seconds: machine(0.05, 'Distance of the clock from its servers. Event time, keys and the order in Loki bear seconds; 50 ms says that synchronisation fails.'),
  network_errors_per_second: machine(1, 'Errors of one interface a second. Virtual ones have none; a cable that makes one a second is dying.'),
  restarts_per_hour: machine(3, 'Starts of one program an hour. Two are a deployment; more is a loop.'),
  certificate_seconds: machine(1_209_600, 'Life left of the certificate of the site: 14 days. Automatic renewal happens at 30.'),
} as const satisfies Readonly<Record<string, Threshold<boolean>>>;

export type ThresholdName = keyof typeof thresholds;
type NameFor<S extends boolean> = { readonly [N in ThresholdName]: (typeof thresholds)[N]['ofSite'] extends S ? N : never }[ThresholdName];
export type SiteThreshold = NameFor<true>;

export type ThresholdValue = { readonly name: ThresholdName; /** Empty for the whole machine. */ readonly site: string; readonly value: number };

const names = Object.keys(thresholds).filter((name): name is ThresholdName => Object.hasOwn(thresholds, name));

/**
 * What holds here: one value per site where sites may differ (its own, else the common one), one with an empty site where not.
 * @param common the setting `thresholds`
 * @param ofSites every site, with what it sets for itself
 */
export function thresholdValues(common: Readonly<Record<ThresholdName, number>>, ofSites: ReadonlyMap<string, Readonly<Partial<Record<SiteThreshold, number | undefined>>>>): readonly ThresholdValue[] {
  return names.flatMap((name): readonly ThresholdValue[] => {
    if (!isOfSite(name)) return [{ name, site: '', value: common[name] }];
    return [...ofSites].map(([siteName, own]) => ({ name, site: siteName, value: own[name] ?? common[name] }));
  });
}

export function isOfSite(name: ThresholdName): name is SiteThreshold {
  return thresholds[name].ofSite;
}
