/** Reads and checks the configuration for the exporter, prints what is needed of it, and goes. */
import { ConfigRefused, readEnergyConfig } from '../../log-processor/src/config.ts';

/** @returns the exit code: 2 where the configuration has mistakes, which are said on standard error */
export function print(configPath: string): number {
  try {
    const { host, log_level, energy } = readEnergyConfig(configPath);
    process.stdout.write(JSON.stringify({ host, log_level, energy }));
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error;
    process.stderr.write(error.message);
    return 2;
  }
}
