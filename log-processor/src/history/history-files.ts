/** What a person named on the command line: finds the logs, guesses how their lines are written, and says which sites they are of. */
import { resolve } from 'node:path';
import { BadUsage } from '../bad-usage.ts';
import { parseConfig, readConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { detectFormat, formatOf } from '../detect-format.ts';
import type { LineFormat } from '../parse/formats.ts';
import type { HistoryFile } from './open-history.ts';
import { lookIntoPipe } from './piped-input.ts';

/** @param format null to guess. @throws BadUsage for a file that cannot be read or is no access log */
export async function openFiles(paths: readonly string[], format: LineFormat | null): Promise<readonly HistoryFile[]> {
  if (paths.filter((path) => path === '-').length > 1) throw new BadUsage('- is given twice; expected standard input once');
  const absolute = paths.map((path) => (path === '-' ? path : resolve(path)));
  const twice = absolute.find((path, index) => absolute.indexOf(path) !== index);
  if (twice !== undefined) throw new BadUsage(`${twice} is given twice; its lines would count twice`);
  const files: HistoryFile[] = [];
  for (const [index, path] of paths.entries()) {
    const name = `file-${index + 1}`;
    if (path !== '-') files.push({ name, path, format: (await detectFormat(path, format)) ?? format ?? 'combined', piped: null });
    else {
      const piped = await lookIntoPipe(process.stdin);
      files.push({ name, path, format: format ?? formatOf(piped.head, 'standard input') ?? 'combined', piped });
    }
  }
  return files;
}

export type HistorySettings = { readonly config: string | null; readonly zone: string | null; readonly site: string | null; readonly ownHosts: readonly string[] };

/** The settings of a configuration file, or of one site that takes all lines. @throws ConfigRefused, BadUsage */
export function historyConfig({ config: path, zone, site, ownHosts }: HistorySettings): { readonly config: Config; readonly site: string | null } {
  if (path !== null) {
    if (zone !== null || ownHosts.length > 0) throw new BadUsage('--zone and --own-host stand in the sites of the configuration; expected one or the other');
    const config = readConfig(path);
    if (site !== null && !config.sites.some(({ name }) => name === site)) throw new BadUsage(`--site ${JSON.stringify(site.slice(0, 60))}: expected the name of a site in ${path}`);
    return { config, site };
  }
  const settings = { inputs: [{ name: 'history', path: '-' }], sites: [{ name: site ?? 'site', zone: zone ?? 'UTC', own_hosts: ownHosts }] };
  return { config: parseConfig(JSON.stringify(settings), 'the options'), site: null };
}
