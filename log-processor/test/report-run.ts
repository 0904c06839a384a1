/** Reads a report in the test's own process, as the command does but for what it writes. */
import { historyConfig, openFiles } from '../src/history/history-files.ts';
import { readPeriod } from '../src/report/period.ts';
import type { ReportFigures } from '../src/report/report-figures.ts';
import { readReport } from '../src/report-run.ts';
import type { Reading } from '../src/report-run.ts';
import { parseConfig } from '../src/config.ts';

export type ReportRunOptions = { readonly compare?: boolean; readonly months?: readonly string[]; readonly days?: readonly string[]; readonly zone?: string; readonly sites?: readonly object[]; readonly ownHosts?: readonly string[] };

export async function openReading(paths: readonly string[], options: ReportRunOptions = {}): Promise<Reading> {
  const { compare = false, months = [], days = [], zone = null, sites, ownHosts = [] } = options;
  const { config, site } = historyConfig({ config: null, zone, site: null, ownHosts });
  const configured = sites === undefined ? config : parseConfig(JSON.stringify({ inputs: [{ name: 'history', path: '-' }], sites }), 'the test');
  return { config: configured, site, files: await openFiles(paths, null), period: readPeriod(months, days), compare, watcher: { write: () => undefined } };
}

export const runReport = async (paths: readonly string[], options: ReportRunOptions = {}): Promise<ReportFigures> => readReport(await openReading(paths, options));
