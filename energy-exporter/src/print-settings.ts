/** Reads and checks the configuration for the exporter, looks up the grid's yearly mean, prints what is needed of both, and goes. */
import { readEnergyConfig } from '../../log-processor/src/config.ts';
import { ConfigRefused } from '../../log-processor/src/config-refused.ts';
import type { Settings } from './energy-command.ts';
import { yearlyMean } from './intensity/yearly-mean.ts';

const expectedZones = { electricitymaps: 'a zone of Electricity Maps such as FR, DE or US-CAL-CISO', ember: 'a country of three letters such as FRA' } as const;

/** @throws ConfigRefused */
export function settingsOf(configPath: string): Settings {
  const { host, log_level, energy } = readEnergyConfig(configPath);
  const { grid_zone: zone, grid_table: table, electricity_maps_token_file: tokenFile } = energy;
  const headline = yearlyMean(tokenFile === undefined ? table : 'electricitymaps', zone);
  // With a token the zone is Electricity Maps' own affair; without one there would never be a gram.
  if (headline === null && tokenFile === undefined) throw new ConfigRefused(configPath, [`energy.grid_zone: the table ${table} has no zone ${zone}; expected ${expectedZones[table]}`]);
  return { host, log_level, energy, headline };
}

/** @returns the exit code: 2 where the configuration has mistakes, which are said on standard error */
export function print(configPath: string): number {
  try {
    process.stdout.write(JSON.stringify(settingsOf(configPath)));
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error;
    process.stderr.write(error.message);
    return 2;
  }
}
