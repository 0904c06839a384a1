/** Everything the live page shows, as plain numbers and words: committed sums, and values that enough visitors share; never a single visit. */

export type LiveFigures = {
  readonly version: string;
  /** k: fewer than this are not shown to everybody. */
  readonly threshold: number;
  /** The clock, in milliseconds since 1970. */
  readonly nowMs: number;
  /** The event time up to which everything is complete; null before the first line. */
  readonly watermarkMs: number | null;
  readonly catchingUp: boolean;
  /** Bytes written to the inputs and not read yet. */
  readonly lagBytes: number;
  /** Bytes committed and not delivered yet. */
  readonly outboxBytes: number;
  readonly lines: LineLedger;
  readonly visits: VisitLedger;
  readonly sites: readonly SiteFigures[];
  /** Where to look further: what it is, and the path, address or command. */
  readonly further: readonly { readonly what: string; readonly where: string }[];
};

/** Law 1: read = delivered + dropped + in flight. Committed numbers. */
export type LineLedger = {
  readonly read: number;
  readonly delivered: number;
  readonly dropped: readonly { readonly reason: string; readonly lines: number }[];
  readonly inFlight: number;
};

/** opened = closed + open + merged. Committed numbers. */
export type VisitLedger = { readonly opened: number; readonly closed: number; readonly open: number; readonly merged: number };

export type ByVisitClass = { readonly human: number; readonly bot: number; readonly suspected: number };
export type ByAgentClass = { readonly browser: number; readonly bot: number };

/** A value at least k visitors share, or `other` for all the rest. */
export type SharedValue = { readonly value: string; readonly visitors: number };

/** Sums of one site's day, as of the last durable commit. */
export type SiteSums = {
  readonly site: string;
  /** IANA zone of the site's days, such as `Europe/Paris`. */
  readonly zone: string;
  /** The day that `today` means, `yyyy-mm-dd`. */
  readonly day: string;
  /** Human visits that closed today, by the hour they began in: 24 numbers. */
  readonly startedByHour: readonly number[];
  /** So many hours of today are over, and the visits of their last minutes too: 0 to 23. */
  readonly closedHours: number;
  /** Visitors with a request in the last 300 s of event time. */
  readonly activeVisitors: ByAgentClass;
  readonly visitorsToday: ByAgentClass;
  /** Visits that closed today. */
  readonly visitsToday: ByVisitClass;
  /** Page views of the visits that closed today. */
  readonly pageViewsToday: ByVisitClass;
  /** Of the human visits that closed today. */
  readonly bouncesToday: number;
  readonly visitSecondsToday: number;
  /** Of the human visits that closed today, most visitors first, `other` last: where they began, where from, and with what. */
  readonly pages: readonly SharedValue[];
  readonly referrers: readonly SharedValue[];
  /** ISO 3166-1 alpha-2, `unknown` or `other`. */
  readonly countries: readonly SharedValue[];
  readonly devices: readonly SharedValue[];
};

export type SiteFigures = SiteSums & {
  /** Since counting began, by `2xx` and so on. */
  readonly requestsByStatusClass: readonly { readonly statusClass: string; readonly requests: number }[];
  /** Living keys, newest first. */
  readonly keys: readonly { readonly day: string; readonly createdMs: number }[];
};
