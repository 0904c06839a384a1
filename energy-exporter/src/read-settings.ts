/** Has the configuration read by a process that goes again: what checks it has 18 MB that would stay for as long as the exporter runs. */
import { spawnSync } from 'node:child_process';
import type { Settings } from './energy-command.ts';

/** The other process said why on standard error, in the words of every command. */
export class SettingsRefused extends Error {
  readonly exitCode: number;
  constructor(words: string, exitCode: number) {
    super(words);
    this.exitCode = exitCode;
  }
}

/** Word on the command line of the process that reads. */
export const printSettings = 'print-settings';

/** @param program the entry of the exporter @throws SettingsRefused */
export function readSettings(program: string, configPath: string): Settings {
  const words = [...process.execArgv, program, 'energy', '--config', configPath, `--${printSettings}`];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 16_777_216 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new SettingsRefused(stderr.replace(/^tidewatch: /, '').trimEnd(), status ?? 1);
  const settings: unknown = JSON.parse(stdout);
  if (!isSettings(settings)) throw new Error('the configuration was read, but not handed over');
  return settings;
}

/** Checked by our own schema a moment ago; what is asked here is only that it is this and nothing else. */
function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && 'host' in value && 'log_level' in value && 'headline' in value && 'energy' in value && typeof value.energy === 'object';
}
