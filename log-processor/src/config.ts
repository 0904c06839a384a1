/** Turns a YAML file and the environment into a checked configuration, or into one list of all mistakes; the only reader of the environment. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { configSchema } from './config-schema.ts';
import type { Config } from './config-schema.ts';

/** All mistakes of a configuration, one a line: the key, what is wrong, what was expected. Ends the start with exit code 2. */
export class ConfigRefused extends Error {
  readonly mistakes: readonly string[];
  constructor(source: string, mistakes: readonly string[]) {
    super(`${source}: ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
    this.mistakes = mistakes;
  }
}

/**
 * Reads and checks a configuration file; every scalar setting can be overridden by `TIDEWATCH_<NAME>`.
 * @throws ConfigRefused with every mistake at once
 */
export function readConfig(path: string, environment: NodeJS.ProcessEnv = process.env): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigRefused(path, [`cannot be read (${code}): expected a YAML file, see docs/configuration.md`]);
  }
  return parseConfig(text, path, environment);
}

/** The same for text that is already there. @throws ConfigRefused */
export function parseConfig(text: string, source: string, environment: NodeJS.ProcessEnv = {}): Config {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  if (document.errors.length > 0) {
    throw new ConfigRefused(source, document.errors.map((error) => `not YAML: ${error.message.split('\n')[0] ?? error.code}`));
  }
  const written: unknown = document.toJS() ?? {};
  const mistakes: string[] = [];
  const value = isRecord(written) ? { ...written, ...overrides(environment, mistakes) } : written;
  const checked = configSchema.safeParse(value);
  if (!checked.success) mistakes.push(...checked.error.issues.map((issue) => `${keyOf(issue.path)}: ${saying(issue)}`));
  if (checked.success) mistakes.push(...crossMistakes(checked.data));
  if (mistakes.length > 0 || !checked.success) throw new ConfigRefused(source, mistakes);
  return checked.data;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const keyOf = (path: readonly PropertyKey[]): string => (path.length === 0 ? 'the whole file' : path.map(String).join('.'));

function saying(issue: { code: string; message: string; keys?: readonly string[] }): string {
  if (issue.code === 'unrecognized_keys') return `unknown setting ${(issue.keys ?? []).join(', ')}; see docs/configuration.md`;
  const message = issue.message.replace(/^Invalid (input|option|string): /, '');
  return message.startsWith('expected') ? message : `expected ${message}`;
}

/** Scalar settings from the environment: TIDEWATCH_LISTEN_PORT=9464. An unknown name is a mistake, not a silence. */
function overrides(environment: NodeJS.ProcessEnv, mistakes: string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('TIDEWATCH_') || value === undefined) continue;
    const key = variable.slice('TIDEWATCH_'.length).toLowerCase();
    if (!(key in configSchema.shape) || key === 'inputs' || key === 'sites') {
      mistakes.push(`${variable}: unknown override; expected TIDEWATCH_ and the name of a setting that is no list`);
    } else {
      found[key] = key === 'trusted_proxies' ? value.split(',').map((part) => part.trim()) : scalar(value);
    }
  }
  return found;
}

const scalar = (value: string): unknown => (/^-?\d+$/.test(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value);

/** What no single key shows: names given twice, sites that do not exist, half of a password. */
function crossMistakes(config: Config): string[] {
  const mistakes: string[] = [];
  twice(config.inputs.map((input) => input.name)).forEach((name) => mistakes.push(`inputs: the name ${name} is given twice; expected one each`));
  twice(config.inputs.map((input) => input.path)).forEach((path) => mistakes.push(`inputs: ${path} is read twice; expected once`));
  twice(config.sites.map((site) => site.name)).forEach((name) => mistakes.push(`sites: the name ${name} is given twice; expected one each`));
  twice(config.sites.flatMap((site) => site.server_names)).forEach((name) => mistakes.push(`sites: the server name ${name} belongs to two sites; expected one`));
  if (config.sites.filter((site) => site.server_names.length === 0).length > 1) {
    mistakes.push('sites: more than one site without server_names; expected at most one to take all other lines');
  }
  const known = new Set(config.sites.map((site) => site.name));
  config.inputs.forEach((input, index) => {
    if (input.site !== undefined && !known.has(input.site)) mistakes.push(`inputs.${index}.site: no site is called ${input.site}; expected one of sites`);
  });
  if ((config.loki_username === undefined) !== (config.loki_password_file === undefined)) {
    mistakes.push('loki_username, loki_password_file: expected both or neither');
  }
  if (config.loki_username !== undefined && config.loki_bearer_token_file !== undefined) {
    mistakes.push('loki_bearer_token_file: expected either this or basic auth');
  }
  return mistakes;
}

const twice = (values: readonly string[]): string[] => [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
