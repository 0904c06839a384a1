/** What is running: the version of the program and of the data that decide what a line becomes; receipts name them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transferModel } from './metric-names.ts';

/** @throws Error when the installation is torn: a package without a version is no installation */
function versionOf(packageFile: string): string {
  const content: unknown = JSON.parse(readFileSync(packageFile, 'utf8'));
  if (typeof content === 'object' && content !== null && 'version' in content && typeof content.version === 'string') return content.version;
  throw new Error(`${packageFile}: expected a version`);
}

const root = join(import.meta.dirname, '..', '..');
const dependency = (name: string): string => versionOf(join(root, 'node_modules', name, 'package.json'));

export const version = versionOf(join(root, 'package.json'));

/** Everything that can change what the same line becomes. */
export const versions = {
  tidewatch: version,
  isbot: dependency('isbot'),
  bowser: dependency('bowser'),
  geoip_country: dependency('geoip-country'),
  co2js: dependency('@tgwf/co2'),
  transfer_model: transferModel,
} as const;
