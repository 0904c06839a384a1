/** The command line: finds the command, runs it, and turns every way it can end into words and an exit code. */
import { backfill } from './backfill-command.ts';
import { BadUsage } from './bad-usage.ts';
import { readCommand, usage } from './command-line.ts';
import type { Command } from './command-line.ts';
import { ConfigRefused } from './config-refused.ts';
import { readConfigHere } from './config-on-disk.ts';
import { settingsHelp } from './config-reference.ts';
import { energy } from '../../energy-exporter/src/energy-command.ts';
import { settingsOf } from '../../energy-exporter/src/print-settings.ts';
import { endWithLauncher } from './end-with-launcher.ts';
import { generate } from './generate-command.ts';
import { rekey } from './rekey-command.ts';
import { report } from './report-command.ts';
import { run } from './run-command.ts';
import { ServerRefused } from './server/server.ts';
import { start } from './start-command.ts';
import { StateRefused } from './store/store.ts';
import { InputsOverlap } from './read/one-reader.ts';
import { PositionRefused } from './read/position-refused.ts';
import { verify } from './verify-command.ts';
import { version } from './version.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const complain = (text: string): void => void process.stderr.write(`${text}\n`);

async function obey(command: Command): Promise<void> {
  if ('config' in command && command.name !== 'report') return obeyConfigured(command);
  switch (command.name) {
    case 'help':
      say(`${usage}\n${settingsHelp()}`);
      return;
    case 'version':
      say(`tidewatch ${version}`);
      return;
    case 'generate':
      return generate(command, complain);
    case 'report':
      return report(command, say);
    case 'start':
      return start(command, say);
  }
}

/** The commands that read a configuration. */
async function obeyConfigured(command: Extract<Command, { readonly config: string }>): Promise<void> {
  switch (command.name) {
    case 'check': {
      const config = await readConfigHere(command.config);
      say(`${command.config}: no mistakes; ${config.inputs.length} input(s), ${config.sites.length} site(s), output to ${config.output}`);
      return;
    }
    case 'run':
      return run(command.config);
    case 'energy':
      return energy(settingsOf(command.config), command.config);
    case 'verify':
      return verify(command, say);
    case 'backfill':
      return backfill(command, say);
    case 'rekey':
      say(await rekey(command.config, command.isMeant));
      return;
  }
}

/** 2 where the person at the keyboard can mend it, 1 where the world broke. */
function exitCodeOf(error: unknown): 1 | 2 {
  const mendable = [BadUsage, ConfigRefused, StateRefused, PositionRefused, InputsOverlap, ServerRefused];
  return mendable.some((kind) => error instanceof kind) ? 2 : 1;
}

endWithLauncher();
try {
  await obey(readCommand(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`tidewatch: ${error instanceof Error ? error.message : 'it ended for an unknown reason'}\n`);
  process.exitCode = exitCodeOf(error);
}
