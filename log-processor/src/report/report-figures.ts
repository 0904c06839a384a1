/** What a report says, whatever shows it: the noun between counting and the terminal, the page and the JSON. */
import type { VisitClass } from '../record.ts';
import type { Quantiles } from './latency.ts';
import type { Counted } from './top-values.ts';

/** Sums over the visits of one class. A visitor is a visitor-day: the same person on two days is two. */
export type ClassSums = { visitors: number; visits: number; pageViews: number; bounces: number; durationMs: number; requests: number; bytes: number };

export type DaySums = { requests: number; bytes: number; visitors: number; visits: number; pageViews: number };

export type ErrorLine = { readonly status: number; readonly path: string; readonly requests: number };

export type OtherCount = { readonly visitors: number | null; readonly visits: number | null; readonly requests: number | null };

export type ReportFigures = {
  readonly version: string;
  readonly files: readonly { readonly path: string; readonly format: string }[];
  readonly zone: string;
  /** Months and days that were asked for; empty for all. */
  readonly wanted: readonly string[];
  /** First and last day with a counted request; null where there is none. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly lines: { readonly read: number; readonly parsed: number; readonly rejected: number; readonly rejectedBy: Readonly<Record<string, number>> };
  /** Lines older than the watermark of a pipe: their visits may be counted apart. 0 for files, which are read again where there are any. */
  readonly lateLines: number;
  readonly lostBytes: number;
  readonly requests: number;
  readonly bytes: number;
  readonly byClass: Readonly<Record<VisitClass, ClassSums>>;
  /** What the transfer of the visits' bytes is estimated to emit, in grams of CO2 equivalent by segment of Sustainable Web Design model 4. */
  readonly transferGrams: Readonly<Record<VisitClass, { readonly network: number; readonly device: number }>>;
  /** Distinct (address, user agent) by day, summed over the days, by what the agents say they are. */
  readonly uniqueVisitors: { readonly browser: number; readonly bot: number };
  readonly days: readonly (DaySums & { readonly day: string })[];
  /** Human visits begun by hour of the day and by weekday (Monday first), seven times 24. */
  readonly starts: readonly (readonly number[])[];
  readonly sites: readonly Counted[];
  readonly countries: readonly Counted[];
  readonly pages: readonly Counted[];
  readonly entries: readonly Counted[];
  readonly exits: readonly Counted[];
  readonly referrers: readonly Counted[];
  readonly devices: readonly Counted[];
  readonly browsers: readonly Counted[];
  readonly systems: readonly Counted[];
  /** Requests by robot family. */
  readonly bots: readonly Counted[];
  readonly statuses: readonly Counted[];
  readonly methods: readonly Counted[];
  readonly kinds: readonly Counted[];
  readonly errors: readonly ErrorLine[];
  readonly latency: Quantiles | null;
  /** Slowest page and API paths by the sum of their time, in seconds. */
  readonly slow: readonly { readonly path: string; readonly requests: number; readonly meanSeconds: number; readonly p95Seconds: number }[];
  readonly compare: { readonly matomo: OtherCount; readonly goaccess: OtherCount } | null;
};
