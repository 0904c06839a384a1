/** What the fold is handed, and what it says happened: the nouns between `account` and whoever runs it. */
import type { VisitClass } from '../record.ts';
import type { Calendar } from './calendar.ts';
import type { ClosedVisit } from './closed-visit.ts';
import type { Count } from './count.ts';
import type { Json } from './receipt.ts';

export type SiteSettings = {
  /** Pictures and scripts of the site come from another host. */
  readonly assetsElsewhere: boolean;
};

export type AccountEvent =
  | { readonly type: 'visit'; readonly visit: ClosedVisit }
  /** The watermark passed the day's end + 1800 s: destroy its key. Comes after the day's visits and before its receipt. */
  | { readonly type: 'key_due'; readonly site: string; readonly day: string }
  | { readonly type: 'receipt'; readonly site: string; readonly day: string; readonly line: string; readonly timestampNs: string };

export type AccountOptions = {
  readonly calendar: Calendar;
  readonly sites: ReadonlyMap<string, SiteSettings>;
  /** A gap of at most this joins a visit, and a day is over this long after its midnight: 1,800,000. */
  readonly gapMs: number;
  /** L of the watermark: 120,000; Infinity where everything is read before anything closes. */
  readonly graceMs: number;
  /** Daily figures show a value from this many visitor-days on. */
  readonly k: number;
  readonly versions: Json;
  /** The `observed` part of a receipt, asked for right after its `key_due`. */
  readonly observed: (site: string, day: string) => Json;
  /** Hexadecimal SHA-256 of a text. */
  readonly sha256: (text: string) => string;
  /** Estimated emissions of transferring so many bytes to visitors of a class, in grams. */
  readonly transferGrams: (bytes: number, visitClass: VisitClass) => number;
  readonly count: Count;
};
