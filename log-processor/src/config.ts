/** Turns a YAML file and the environment into a checked configuration, or into one list of all mistakes; the only reader of the environment. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { ConfigRefused } from './config-refused.ts';
import { mistakeText } from './config-mistakes.ts';
import { energyMistakes } from './config-energy-mistakes.ts';
import { isEnergySetting, withEnergy } from './config-energy-overrides.ts';
import { configSchema } from './config-schema.ts';
import type { Config } from './config-schema.ts';
import { senderMistakes } from './config-senders.ts';

/**
 * Reads and checks a configuration file; every scalar setting can be overridden by `TIDEWATCH_<NAME>`.
 * @throws ConfigRefused with every mistake at once
 */
export function readConfig(path: string, environment: NodeJS.ProcessEnv = process.env): Config {
  return parseConfig(readText(path), path, environment);
}

/** The same file for `tidewatch energy`, which needs no logs. @throws ConfigRefused */
export function readEnergyConfig(path: string, environment: NodeJS.ProcessEnv = process.env): Config {
  return parseConfig(readText(path), path, environment, 'no logs');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigRefused(path, [`cannot be read (${code}): expected a YAML file, see docs/configuration.md`]);
  }
}

/** The same for text that is already there. @throws ConfigRefused */
export function parseConfig(text: string, source: string, environment: NodeJS.ProcessEnv = {}, needs: 'logs' | 'no logs' = 'logs'): Config {
  const written = readYaml(text, source);
  const mistakes: string[] = [];
  const value = isRecord(written) ? withEnergy({ ...written, ...overrides(environment, mistakes) }, environment, scalar) : written;
  const checked = configSchema.safeParse(value);
  if (!checked.success) mistakes.push(...checked.error.issues.map(mistakeText));
  if (isRecord(value)) mistakes.push(...crossMistakes(value), ...senderMistakes(value), ...energyMistakes(value['energy']));
  if (needs === 'logs') mistakes.push(...noLogs(value));
  if (mistakes.length > 0 || !checked.success) throw new ConfigRefused(source, mistakes);
  return checked.data;
}

/** @throws ConfigRefused where it is no YAML */
function readYaml(text: string, source: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  if (document.errors.length > 0) {
    throw new ConfigRefused(source, document.errors.map((error) => `not YAML: ${(error.message.split('\n')[0] ?? error.code).replace(/:$/, '')}`));
  }
  return document.toJS() ?? {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Settings that are lists of settings. */
const listed: ReadonlySet<string> = new Set(['inputs', 'senders', 'sites', 'thresholds', 'energy']);

/** Scalar settings from the environment: TIDEWATCH_LISTEN_PORT=9464. An unknown name is a mistake, not a silence. */
function overrides(environment: NodeJS.ProcessEnv, mistakes: string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('TIDEWATCH_') || value === undefined) continue;
    const key = variable.slice('TIDEWATCH_'.length).toLowerCase();
    if (isEnergySetting(key)) continue; // they are laid over the settings of `energy`
    if (!(key in configSchema.shape) || listed.has(key)) {
      mistakes.push(`${variable}: unknown override; expected TIDEWATCH_ and the name of a setting that is no list`);
    } else {
      found[key] = key === 'trusted_proxies' ? value.split(',').map((part) => part.trim()) : takesText(key, value) ? value : scalar(value);
    }
  }
  return found;
}

/** True where the text itself is right, such as a tenant called 42. */
const takesText = (key: string, value: string): boolean => Object.entries(configSchema.shape).some(([name, setting]) => name === key && setting.safeParse(value).success);

const scalar = (value: string): unknown => (/^-?\d+$/.test(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value);

/** What no single key shows: names given twice, sites that do not exist, half of a password. Looks at whatever has the right shape. */
function crossMistakes(value: Record<string, unknown>): string[] {
  const [inputs, sites] = [entriesOf(value['inputs']), entriesOf(value['sites'])];
  const repeated = (what: string, values: readonly string[], said: (name: string) => string): string[] => twice(values).map((name) => `${what}: ${said(name)}`);
  const mistakes = [
    ...repeated('inputs', textsOf(inputs, 'name'), (name) => `the name ${name} is given twice; expected one each`),
    ...repeated('inputs', textsOf(inputs, 'path'), (path) => `${path} is read twice, by ${namesOf(inputs, path)}; expected once`),
    ...repeated('sites', textsOf(sites, 'name'), (name) => `the name ${name} is given twice; expected one each`),
    ...repeated('sites', sites.flatMap(serverNamesOf), (name) => `the server name ${name} belongs to two sites; expected one`),
  ];
  if (sites.filter((site) => serverNamesOf(site).length === 0).length > 1) {
    mistakes.push('sites: more than one site without server_names; expected at most one to take all other lines');
  }
  const known = new Set(textsOf(sites, 'name'));
  if (value['key_folder'] !== undefined && value['key_folder'] === value['state_folder']) {
    mistakes.push('key_folder: it is the state_folder too; expected a folder of its own, outside every backup');
  }
  const takesAll = sites.some((site) => serverNamesOf(site).length === 0);
  inputs.forEach(({ site, format }, index) => {
    if (site === undefined && (format === 'combined' || format === 'common') && sites.length > 0 && !takesAll) {
      mistakes.push(`inputs.${index}.site: a ${format} log carries no server name; expected the name of one of sites`);
    }
    if (typeof site === 'string' && !known.has(site)) mistakes.push(`inputs.${index}.site: no site is called ${site}; expected one of sites`);
  });
  const { loki_username: user, loki_password_file: passwordFile, loki_bearer_token_file: tokenFile } = value;
  if ((user === undefined) !== (passwordFile === undefined)) mistakes.push('loki_username, loki_password_file: expected both or neither');
  if (user !== undefined && tokenFile !== undefined) mistakes.push('loki_bearer_token_file: expected either this or basic auth');
  return mistakes;
}

const noLogs = (value: unknown): string[] => (isRecord(value) && isEmpty(value['inputs']) && isEmpty(value['senders']) ? ['inputs: expected at least one input, or one of senders'] : []);

/** Not there, or a list with nothing in it. */
const isEmpty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);

const entriesOf = (value: unknown): readonly Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);

const namesOf = (inputs: readonly Record<string, unknown>[], path: string): string =>
  textsOf(inputs.filter((input) => input['path'] === path), 'name').join(' and ');

const textsOf = (entries: readonly Record<string, unknown>[], key: string): string[] =>
  entries.flatMap((entry) => (typeof entry[key] === 'string' ? [entry[key]] : []));

const serverNamesOf = ({ server_names: names }: Record<string, unknown>): string[] =>
  Array.isArray(names) ? names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase()) : [];

const twice = (values: readonly string[]): string[] => [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
