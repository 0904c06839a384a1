/** Reads and checks the configuration for the exporter, looks up the grid's yearly mean, prints what is needed of both, and goes. */
import { readEnergyConfig } from '../../log-processor/src/config.ts';
import { ConfigRefused } from '../../log-processor/src/config-refused.ts';
import type { Settings } from './energy-command.ts';
import { yearlyMean } from './intensity/yearly-mean.ts';

/** @throws ConfigRefused */
export function settingsOf(configPath: string): Settings {
  const { host, log_level, energy } = readEnergyConfig(configPath);
  const { grid_zone: zone, grid_table: table, electricity_maps_token_file: tokenFile } = energy;
  return { host, log_level, energy, headline: yearlyMean(tokenFile === undefined ? table : 'electricitymaps', zone) };
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
