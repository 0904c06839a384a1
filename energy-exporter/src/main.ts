/** The entry of `tidewatch energy`: without the processor's libraries, because this process must stay small. */
import { parseArgs } from 'node:util';
import { ConfigRefused } from '../../log-processor/src/config-refused.ts';
import { endWithLauncher } from '../../log-processor/src/end-with-launcher.ts';
import { printSettings, readSettings, SettingsRefused } from './read-settings.ts';

const usage = 'npx tidewatch energy [--config FILE]   (see npx tidewatch --help)';

type Wanted = { readonly help: boolean; readonly print: boolean; readonly config: string };

/** @throws TypeError for anything that cannot be understood */
function wanted(): Wanted {
  const options = { config: { type: 'string' }, help: { type: 'boolean', short: 'h' }, [printSettings]: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  if (positionals.some((word) => word !== 'energy')) throw new TypeError(`energy takes no file; expected ${usage}`);
  return { help: values.help === true, print: values[printSettings] === true, config: values.config ?? 'tidewatch.yaml' };
}

/** Only what is needed is loaded, because nothing is ever given back. @returns the exit code */
async function obey({ help, print, config }: Wanted): Promise<number> {
  if (print) return (await import('./print-settings.ts')).print(config);
  const settings = help ? null : readSettings(import.meta.filename, config);
  const { energy } = await import('./energy-command.ts');
  if (settings === null) process.stdout.write(`${usage}\n`);
  else await energy(settings, config);
  return 0;
}

endWithLauncher();
try {
  process.exitCode = await obey(wanted());
} catch (error) {
  process.stderr.write(`tidewatch: ${error instanceof Error ? error.message : 'it ended for an unknown reason'}\n`);
  process.exitCode = error instanceof SettingsRefused ? error.exitCode : error instanceof ConfigRefused || error instanceof TypeError ? 2 : 1;
}
