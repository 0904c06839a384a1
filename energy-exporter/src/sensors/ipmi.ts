/** IPMI DCMI: what the board's management controller says the machine draws, through the program `ipmitool`. */
import { execFile } from 'node:child_process';
import { SensorAbsent, SensorFailed } from '../reading.ts';
import type { Sensor } from '../reading.ts';

export type IpmiOptions = { readonly name: string; readonly command: string; readonly everyMs: number; readonly timeoutMs: number };

const args = ['dcmi', 'power', 'reading'];

/** IPMI measures at the power supply, before the machine's own losses: the whole machine. */
export function createIpmi({ name, command, everyMs, timeoutMs }: IpmiOptions): Sensor {
  return {
    name, source: 'ipmi', scope: 'it', everyMs,
    read: async () => [{ hwId: name, zone: 'machine', watts: wattsOf(await output(command, timeoutMs)), joules: null }],
  }; // prettier-ignore
}

/** The watts in what `ipmitool dcmi power reading` prints. @throws SensorFailed */
export function wattsOf(text: string): number {
  const [, watts] = /^\s*Instantaneous power reading:\s+(\d{1,6})\s+Watts/m.exec(text) ?? [];
  if (watts === undefined) throw new SensorFailed('ipmitool answered without a power reading: does this board know DCMI?');
  if (/^\s*Power reading state is:[ \t]+(?![ \t]|activated)/m.test(text)) throw new SensorFailed('the board has its power reading switched off (ipmitool dcmi power activate)');
  // A machine that answers draws something: boards without a meter say 0.
  if (Number(watts) === 0) throw new SensorFailed('the board says 0 W: it has no power meter');
  return Number(watts);
}

function output(command: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 65_536, encoding: 'utf8' }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new SensorAbsent(`${command} is not installed`));
      else reject(new SensorFailed(`${command} ${error.killed === true ? `took longer than ${timeoutMs} ms` : `failed (${String(error.code)}): it needs /dev/ipmi0 and root`}`));
    });
  });
}
