/** Makes the placed configuration of the local stack hurry, by one factor that is printed: `for` is shorter and rules are asked more often; thresholds and windows are as shipped. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { checkout, type Place } from '../stack/place.ts';

/** `for` is divided by this. */
export const factor = 30;
/** Instead of a minute. */
export const interval = '5s';

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Rules as text, with every `for` shortened and every interval of a minute or more at five seconds. @throws Error for a `for` that is no plain duration */
export function hurried(rules: string): string {
  return rules
    .replace(/^( *for: )(\d+)([smhd])$/gm, (_line, before: string, count: string, unit: string) => `${before}${Math.round((Number(count) * (unitMs[unit] ?? NaN)) / factor)}ms`)
    .replace(/^( *interval: )\d+m$/gm, `$1${interval}`);
}

/** Energy is recorded once a minute, and has no watts in its first three: half a minute, the thirtieth of this `for`, would be over before. */
const unhurried = (rules: string): string => rules.replace(/(- alert: PowerSourceUndecided\n[^]*?\n *for: )\d+ms$/m, '$115m');

/** Alerts and thresholds; the rules of energy write one sample a minute, which their sums count on. */
export function hurryPrometheus({ folder }: Place): void {
  const home = join(folder, 'config', 'prometheus');
  for (const name of readdirSync(join(home, 'rules'))) {
    if (!name.startsWith('recording-energy')) change(join(home, 'rules', name), (text) => unhurried(hurried(text)));
  }
  // The second processor, with the old key, is another target of the same job once it is there.
  const targets = join(home, 'old-key.json');
  writeFileSync(targets, '[]');
  change(join(home, 'prometheus.yaml'), (text) =>
    text
      .replace('scrape_interval: 15s', `scrape_interval: ${interval}`)
      .replace('scrape_timeout: 10s', `scrape_timeout: ${interval}`)
      .replace(/( *)- job_name: tidewatch-processor\n/, `$&$1  file_sd_configs: [{ files: ['${targets}'], refresh_interval: ${interval} }]\n`),
  );
}

export function hurryLoki({ folder }: Place): void {
  const rules = join(folder, 'config', 'loki', 'rules');
  cpSync(join(checkout, 'loki', 'rules'), rules, { recursive: true });
  for (const name of readdirSync(join(rules, 'fake'))) change(join(rules, 'fake', name), hurried);
  change(join(folder, 'config', 'loki', 'loki.yaml'), (text) =>
    text.replace(`rules_directory: ${join(checkout, 'loki', 'rules')}`, `rules_directory: ${rules}`).replace('evaluation_interval: 1m', `evaluation_interval: ${interval}`).replace('poll_interval: 1m', `poll_interval: ${interval}`),
  );
}

/** The shipped routes and inhibitions; every receiver is one web hook, which is told within a second and not told twice. */
export function hurryAlertmanager({ folder }: Place, url: string): void {
  change(join(folder, 'config', 'alertmanager', 'alertmanager.yaml'), (text) => {
    const { receivers, ...shipped } = alertmanagerFile(text.replaceAll(/group_wait: \w+/g, 'group_wait: 1s').replaceAll(/group_interval: \w+/g, `group_interval: ${interval}`));
    return stringify({ ...shipped, receivers: receivers.map(({ name }) => ({ name, webhook_configs: [{ url: `${url}${name}` }] })) });
  });
}

type AlertmanagerFile = { readonly receivers: readonly { readonly name: string }[] };

function alertmanagerFile(text: string): AlertmanagerFile {
  const file: unknown = parse(text);
  if (isFile(file)) return file;
  throw new Error('alertmanager.yaml has no receivers');
}

function isFile(file: unknown): file is AlertmanagerFile {
  return typeof file === 'object' && file !== null && 'receivers' in file && Array.isArray(file.receivers);
}

/** @throws Error where nothing was changed: the shipped file then reads otherwise than this drill thinks */
export function change(path: string, by: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const changed = by(text);
  if (changed === text && /^ *(?:for|interval|evaluation_interval|receivers):/m.test(text)) throw new Error(`${path}: nothing to change was found in it`);
  writeFileSync(path, changed);
}
