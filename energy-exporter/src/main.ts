/** The entry of `tidewatch energy`: without the processor's libraries, because this process must stay small. */
import { parseArgs } from 'node:util';
import { ConfigRefused } from '../../log-processor/src/config.ts';
import { endWithLauncher } from '../../log-processor/src/end-with-launcher.ts';
import { energy } from './energy-command.ts';

const usage = 'npx tidewatch energy [--config FILE]   (see npx tidewatch --help)';

/** @throws Error for anything that cannot be understood */
function configPath(): string | null {
  const { values, positionals } = parseArgs({ args: process.argv.slice(2), options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
  if (values.help === true) return null;
  if (positionals.some((word) => word !== 'energy')) throw new TypeError(`energy takes no file; expected ${usage}`);
  return values.config ?? 'tidewatch.yaml';
}

endWithLauncher();
try {
  const path = configPath();
  if (path === null) process.stdout.write(`${usage}\n`);
  else await energy(path);
} catch (error) {
  process.stderr.write(`tidewatch: ${error instanceof Error ? error.message : 'it ended for an unknown reason'}\n`);
  process.exitCode = error instanceof ConfigRefused || error instanceof TypeError ? 2 : 1;
}
