/** What a person may type: the commands, their options, and one clear line for everything else. */
import { parseArgs } from 'node:util';
import { backfillUsage, readBackfillWords } from './backfill-options.ts';
import type { BackfillWords } from './backfill-options.ts';
import { BadUsage, printable } from './bad-usage.ts';
import { generateUsage, readGenerateWords } from './generate-options.ts';
import type { GenerateWords } from './generate-options.ts';
import { readReportWords, reportUsage } from './report-options.ts';
import type { ReportWords } from './report-options.ts';
import { readVerifyWords, verifyUsage } from './verify-options.ts';
import type { VerifyWords } from './verify-options.ts';

export type Command =
  | { readonly name: 'run' | 'energy' | 'check'; readonly config: string }
  | { readonly name: 'rekey'; readonly config: string; /** Said with `--yes`: also where no key is lost. */ readonly isMeant: boolean }
  | { readonly name: 'start'; readonly files: readonly string[]; readonly format: string | null; readonly listenPort: number | null; readonly log: boolean }
  | ReportWords
  | BackfillWords
  | GenerateWords
  | VerifyWords
  | { readonly name: 'help' }
  | { readonly name: 'version' };

export const usage = `Tidewatch: how a web platform is doing, from its nginx logs, without keeping anybody's address.

  npx tidewatch run    [--config FILE]   follow the logs of a configuration (default tidewatch.yaml)
  npx tidewatch energy [--config FILE]   read power sensors and containers, and tell the OpenTelemetry Collector
  npx tidewatch check  [--config FILE]   say every mistake of a configuration at once
  npx tidewatch rekey  [--config FILE]   give up the open visits and keys of a state whose key volume is lost
                       [--yes]           also where no key is lost
  npx tidewatch start  [FILE ...]        show the road: seeded traffic, or finished log files
                       [--format json|combined|common]   how the lines of FILE are written
                       [--port N]                        port of the live page
                       [--log]                           say how it goes as JSON log lines
${reportUsage}
${backfillUsage}
${generateUsage}
${verifyUsage}

  npx tidewatch --help | --version

Every setting of the configuration file is in docs/configuration.md; TIDEWATCH_<SETTING> overrides one.
Exit codes: 0 done, 1 the world broke, 2 bad usage or configuration, 3 done, but a finished file was damaged or cut short.
`;

const options = {
  config: { type: 'string' },
  format: { type: 'string' },
  port: { type: 'string' },
  log: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type Values = { readonly config?: string; readonly format?: string; readonly port?: string; readonly log?: boolean; readonly yes?: boolean };

/** Commands whose options nobody else has. */
const commandsWithOwnOptions: Readonly<Record<string, (words: readonly string[]) => Command>> = { report: readReportWords, backfill: readBackfillWords, verify: readVerifyWords, generate: (words) => readGenerateWords(words, Date.now()) };

/** @throws BadUsage with one line that says what was typed wrongly and what would be right */
export function readCommand(words: readonly string[]): Command {
  const [first = '', ...others] = words;
  const readOwn = commandsWithOwnOptions[first];
  if (readOwn !== undefined && !others.some((word) => word === '--help' || word === '-h')) return readOwn(others);
  const { values, positionals } = parse(words);
  if (values.help === true) return { name: 'help' };
  if (values.version === true) return { name: 'version' };
  const [name, ...rest] = positionals;
  if (values.yes === true && name !== 'rekey') throw new BadUsage('--yes belongs to rekey (see --help)');
  if (name === 'start') return startCommand(rest, values);
  if (name === undefined) throw new BadUsage('no command given; expected run, energy, check, rekey, start, report, backfill, generate or verify (see --help)');
  return configuredCommand(name, rest, values);
}

const isConfigured = (name: string): name is 'run' | 'energy' | 'check' | 'rekey' => ['run', 'energy', 'check', 'rekey'].includes(name);

function configuredCommand(name: string, rest: readonly string[], values: Values): Command {
  if (!isConfigured(name)) {
    throw new BadUsage(`unknown command ${printable(name)}; expected run, energy, check, rekey, start, report, backfill, generate or verify (see --help)`);
  }
  if (rest.length > 0) throw new BadUsage(`${name} takes no file: the logs to read are in the configuration, which is named by --config FILE (see --help)`);
  if (values.format !== undefined || values.port !== undefined || values.log === true) throw new BadUsage(`--format, --port and --log belong to start, not to ${name} (see --help)`);
  const config = values.config ?? 'tidewatch.yaml';
  if (name === 'rekey') return { name, config, isMeant: values.yes === true };
  return { name, config };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new BadUsage(`${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unreadable'} (see --help)`);
  }
}

function startCommand(files: readonly string[], values: Values): Command {
  if (values.config !== undefined) throw new BadUsage('start needs no configuration; run follows one (see --help)');
  const format = values.format ?? null;
  if (format !== null && !['json', 'combined', 'common'].includes(format)) {
    throw new BadUsage(`--format ${printable(format)}: expected json, combined or common`);
  }
  return { name: 'start', files, format, listenPort: values.port === undefined ? null : readPort(values.port), log: values.log === true };
}

function readPort(text: string): number {
  const port = Number(text);
  if (text !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new BadUsage(`--port ${printable(text)}: expected a number from 0 to 65535`);
}
