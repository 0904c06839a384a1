/** The report as one JSON object with stable keys, for programs. Durations are seconds, sizes bytes; what is not known is null. */
import { transferModel } from '../metric-names.ts';
import type { ClassSums, OtherCount, ReportFigures } from './report-figures.ts';
import type { Counted } from './top-values.ts';

/** Raised when a key changes its meaning. */
const reportFormat = 1;

/** One line of JSON. The keys are described in docs/report.md. */
export function reportJson(figures: ReportFigures): string {
  const { lines, byClass, compare } = figures;
  const headline = headlineOf(figures);
  return JSON.stringify({
    report: reportFormat,
    tidewatch: figures.version,
    files: figures.files,
    zone: figures.zone,
    wanted: figures.wanted,
    first_day: figures.firstDay,
    last_day: figures.lastDay,
    lines: { read: lines.read, parsed: lines.parsed, rejected: lines.rejected, rejected_by_reason: lines.rejectedBy },
    late_lines: figures.lateLines,
    lost_bytes: figures.lostBytes,
    ...headline,
    by_class: { human: classOf(byClass.human), suspected: classOf(byClass.suspected), bot: classOf(byClass.bot) },
    transfer_co2e_grams: { model: transferModel, ...Object.fromEntries((['human', 'suspected', 'bot'] as const).map((visitClass) => [visitClass, figures.transferGrams[visitClass]])) },
    unique_visitors: figures.uniqueVisitors,
    ...listsOf(figures),
    ...(compare === null ? {} : { compare: { tidewatch: headline, matomo: otherOf(compare.matomo), goaccess: otherOf(compare.goaccess) } }),
  });
}

/** Requests and bytes are of everybody; visitors and visits of people only, as in every series without a class. */
function headlineOf({ requests, bytes, byClass: { human } }: ReportFigures) {
  return {
    requests,
    visitors: human.visitors,
    visits: human.visits,
    page_views: human.pageViews,
    bounces: human.bounces,
    visit_seconds: human.durationMs / 1000,
    bytes,
  };
}

const otherOf = ({ requests, visitors, visits }: OtherCount) => ({ requests, visitors, visits, page_views: null, bounces: null, visit_seconds: null, bytes: null });

const classOf = ({ visitors, visits, pageViews, bounces, durationMs, requests, bytes }: ClassSums) => ({
  visitors,
  visits,
  page_views: pageViews,
  bounces,
  visit_seconds: durationMs / 1000,
  requests,
  bytes,
});

function listsOf(figures: ReportFigures) {
  const { latency } = figures;
  return {
    by_day: figures.days.map(({ day, requests, bytes, visitors, visits, pageViews }) => ({ day, requests, bytes, visitors, visits, page_views: pageViews })),
    visits_started_by_weekday_and_hour: figures.starts,
    sites: figures.sites.map(visitsOf),
    countries: figures.countries.map(visitsOf),
    pages: figures.pages.map(({ value, count }) => ({ path: value, page_views: count })),
    entry_pages: figures.entries.map(visitsOf),
    exit_pages: figures.exits.map(visitsOf),
    referrers: figures.referrers.map(visitsOf),
    devices: figures.devices.map(visitsOf),
    browsers: figures.browsers.map(visitsOf),
    systems: figures.systems.map(visitsOf),
    bots: figures.bots.map(requestsOf),
    status: figures.statuses.map(requestsOf),
    methods: figures.methods.map(requestsOf),
    kinds: figures.kinds.map(requestsOf),
    errors: figures.errors,
    request_seconds: latency === null ? null : latency,
    slow_paths: figures.slow.map(({ path, requests, meanSeconds, p95Seconds }) => ({ path, requests, mean_seconds: meanSeconds, p95_seconds: p95Seconds })),
  };
}

const visitsOf = ({ value, count, visitors }: Counted) => ({ value, visits: count, visitors });
const requestsOf = ({ value, count }: Counted) => ({ value, requests: count });
