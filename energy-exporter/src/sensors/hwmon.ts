/** hwmon: power and energy inputs of drivers, such as an ACPI power meter. https://docs.kernel.org/hwmon/sysfs-interface.html */
import { join } from 'node:path';
import { SensorFailed } from '../reading.ts';
import type { Elapsed, Reading, Sensor } from '../reading.ts';
import { createRollCall, listEvery } from './roll-call.ts';
import { absent, listSysfs, oneByOne, readSysfs, readSysfsNumber } from './sysfs.ts';

export type HwmonOptions = {
  readonly name: string;
  readonly sysfsFolder: string;
  /** Names of chips that measure the whole machine, besides the ACPI power meter. */
  readonly machineChips: readonly string[];
  readonly everyMs: number;
  readonly elapsed: Elapsed;
};

type Input = {
  readonly hwId: string;
  /** Chip and channel, without the number of the device, which changes when its driver is loaded again. */
  readonly meter: string;
  readonly zone: 'machine' | 'part';
  readonly path: string;
  readonly kind: 'power' | 'energy';
};
type Seen = { readonly microjoules: number; readonly atMs: number };

/** The driver of ACPI power meters, which sit at the power supply. */
const acpiPowerMeter = 'power_meter';
const inputName = /^(power|energy)(\d+)_(input|average)$/;

export function createHwmon(options: HwmonOptions): Sensor {
  const { name, sysfsFolder, everyMs, elapsed } = options;
  const seen = new Map<string, Seen>();
  const callTheRoll = createRollCall();
  let inputs: readonly Input[] | null = null;
  let readings = 0;
  const readInput = async ({ hwId, zone, path, kind }: Input): Promise<Reading> => {
    const value = await readSysfsNumber(path);
    if (kind === 'power') return { hwId, zone, watts: value / 1e6, joules: null };
    const now: Seen = { microjoules: value, atMs: elapsed() };
    const before = seen.get(hwId);
    seen.set(hwId, now);
    return { hwId, zone, ...since(before, now) };
  };
  return {
    name, source: 'hwmon', scope: 'it', everyMs,
    async read() {
      try {
        if (inputs === null || readings % listEvery === 0) {
          inputs = await findInputs(options, join(sysfsFolder, 'class', 'hwmon'));
          callTheRoll(inputs.filter(({ zone }) => zone === 'machine').map(({ meter }) => meter));
        }
        readings += 1;
        if (inputs.length === 0) throw absent(`no chip with power or energy under ${join(sysfsFolder, 'class', 'hwmon')}`);
        return await readAll(inputs, readInput);
      } catch (error) {
        inputs = null; // a driver may have been loaded or taken away
        throw error;
      }
    },
  }; // prettier-ignore
}

/** The machine's meters all or not at all; a part that cannot be read (a battery that is charged, a graphics card asleep) is left out. */
async function readAll(inputs: readonly Input[], readInput: (input: Input) => Promise<Reading>): Promise<readonly Reading[]> {
  const answers = await oneByOne(inputs, async (input) => (await Promise.allSettled([readInput(input)]))[0]);
  const failed = answers.find((answer, index) => answer.status === 'rejected' && inputs[index]?.zone === 'machine') ?? (answers.every(({ status }) => status === 'rejected') ? answers[0] : undefined);
  if (failed?.status === 'rejected') throw failed.reason;
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}

/** Energy counters here have 64 bits: one that falls was started anew. */
function since(before: Seen | undefined, now: Seen): Pick<Reading, 'watts' | 'joules'> {
  if (before === undefined || now.atMs <= before.atMs || now.microjoules < before.microjoules) return { watts: null, joules: null };
  const joules = (now.microjoules - before.microjoules) / 1e6;
  return { watts: joules / ((now.atMs - before.atMs) / 1000), joules };
}

async function findInputs({ name, machineChips }: HwmonOptions, folder: string): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const device of await listSysfs(folder)) {
    const path = join(folder, device);
    const chip = await readSysfs(join(path, 'name'));
    if (chip === null) continue;
    const isMachine = chip === acpiPowerMeter || machineChips.includes(chip);
    inputs.push(...(await inputsOf({ path, chip, hwId: `${name}/${chip}-${device.replace(/^hwmon/, '')}`, machine: isMachine })));
  }
  return inputs;
}

async function labelOf(path: string, channel: string): Promise<string> {
  const label = (await readSysfs(join(path, `${channel}_label`))) ?? channel;
  if (label.length > 60) throw new SensorFailed(`${path}/${channel}_label is no label`);
  return label;
}

/** One input a channel: its counter of energy where there is one, because nothing between two looks is lost; else its average, because a moment is a bad mean. */
async function inputsOf({ path, chip, hwId, machine }: { path: string; chip: string; hwId: string; machine: boolean }): Promise<readonly Input[]> {
  const channels = new Map<string, Input>();
  for (const file of await listSysfs(path)) {
    const [, kind, channel, form] = inputName.exec(file) ?? [];
    if (kind === undefined || channel === undefined || (form === 'input' && channels.has(kind + channel))) continue;
    const label = await labelOf(path, kind + channel);
    // Two power supplies may carry one label: each is a meter.
    const isTaken = [...channels].some(([other, input]) => other !== kind + channel && input.hwId === `${hwId}/${label}`);
    channels.set(kind + channel, { meter: `${chip}/${channel}`, hwId: isTaken ? `${hwId}/${label}-${kind}${channel}` : `${hwId}/${label}`, zone: machine ? 'machine' : 'part', path: join(path, file), kind: kind === 'energy' ? 'energy' : 'power' });
  }
  // power1 and energy1 are one meter, and would be counted twice.
  return [...channels].flatMap(([channel, input]) => (input.kind === 'power' && channels.has(channel.replace('power', 'energy')) ? [] : [input]));
}
