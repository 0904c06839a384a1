/** Lays environment variables such as TIDEWATCH_ENERGY_OTLP_URL over the settings of `energy`. */
import { energySchema } from './config-energy.ts';

const prefix = 'energy_';
/** What a variable cannot hold. */
const groups: readonly string[] = ['sensors', 'services', 'pue', 'embodied', 'prices', 'supplier', 'hosting'];

/** For the name of a variable without TIDEWATCH_, in small letters. */
export function isEnergySetting(key: string): boolean {
  const setting = key.slice(prefix.length);
  return key.startsWith(prefix) && setting in energySchema.shape && !groups.includes(setting);
}

/** @param scalar what a text of the environment means as a value of YAML */
export function withEnergy(value: Record<string, unknown>, environment: NodeJS.ProcessEnv, scalar: (text: string) => unknown): Record<string, unknown> {
  const found = Object.entries(environment).flatMap(([variable, text]) => {
    const key = variable.replace(/^TIDEWATCH_/, '').toLowerCase();
    return variable.startsWith('TIDEWATCH_') && text !== undefined && isEnergySetting(key) ? [[key.slice(prefix.length), scalar(text)]] : [];
  });
  const energy = value['energy'] ?? {};
  const isGroup = typeof energy === 'object' && !Array.isArray(energy);
  return found.length === 0 || !isGroup ? value : { ...value, energy: { ...energy, ...Object.fromEntries(found) } };
}
