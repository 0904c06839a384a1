/** Where a rule does not hold, and why. A test fails when an exclusion is no longer needed. */

export type Exclusion = { readonly rule: string; readonly where: RegExp; readonly because: string };

export const exclusions: readonly Exclusion[] = [
  { rule: 'template-job-rule', where: /^tidewatch-(?!node)/, because: 'One processor, one exporter: series are told apart by site and service, and an empty choice of jobs would only be in the way.' },
  { rule: 'template-instance-rule', where: /^tidewatch-(?!node)/, because: 'As for job.' },
  { rule: 'target-job-rule', where: /^tidewatch-(?!node)/, because: 'Names say whose a metric is; the job of a scrape is the choice of whoever writes prometheus.yaml.' },
  { rule: 'target-instance-rule', where: /^tidewatch-(?!node)/, because: 'As for job.' },
  { rule: 'target-counter-agg-rule', where: /tidewatch-(?:home: Unaccounted|pipeline: (?:Unaccounted|The ledger|Keys destroyed|Receipts written))/, because: 'Conservation is about totals since the beginning, which are durable here, not about rates.' },
  { rule: 'target-logql-auto-rule', where: /tidewatch-engagement: (?:Seven days|Visits: this week)/, because: 'Calendar days and weeks are fixed lengths by their meaning.' },
  { rule: 'target-counter-agg-rule', where: /tidewatch-node: (?:Load per core|Cores|Processor by mode)/, because: 'The series of a counter are counted here, not its values.' },
  { rule: 'target-job-rule', where: /tidewatch-node: (?:Power|(?:Space in use|Inodes in use|Time until it is full|Memory in use|Each core) \(B\)|In time with others\? \(C\))/, because: 'Power is recorded by host, whose instance is the host of tidewatch.yaml; a threshold has none.' },
  { rule: 'target-instance-rule', where: /tidewatch-node: (?:Power|(?:Space in use|Inodes in use|Time until it is full|Memory in use|Each core) \(B\)|In time with others\? \(C\))/, because: 'As for job.' },
];

/** Panels of words have no data source, unit or question. */
export const wordPanels: ReadonlySet<string> = new Set(['text', 'dashlist', 'alertlist', 'row']);
