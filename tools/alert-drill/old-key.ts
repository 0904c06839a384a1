/** A second processor whose clock stands still three days ago: the key that it made then lives on, as it would where clock and watermark both fail. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTraffic } from '../../log-processor/src/generate/traffic.ts';
import { checkout, type Place } from '../stack/place.ts';

const dayMs = 86_400_000;
const serverName = 'ocean-body.example';

export type OldKey = { end(): void };

/** Starts it, and shows it to Prometheus once it answers. It ends with this process at the latest. @throws Error when it does not come up within a minute */
export async function keepOldKey(place: Place, port: number): Promise<OldKey> {
  const child = startProcessor(place, port);
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}/healthz`;
  for (let tries = 0; !(await fetch(url).then((answer) => answer.ok, () => false)); tries += 1) {
    if (tries > 240) throw new Error('the processor with the old key did not come up within a minute');
    await sleep(250);
  }
  showTo(place, [{ targets: [`127.0.0.1:${port}`] }]);
  return { end: () => (showTo(place, []), child.kill('SIGTERM')) };
}

/** In one step, because Prometheus looks at the file all the time. */
function showTo({ folder }: Place, targets: readonly unknown[]): void {
  const file = join(folder, 'config', 'prometheus', 'old-key.json');
  writeFileSync(`${file}.new`, JSON.stringify(targets));
  renameSync(`${file}.new`, file);
}

function startProcessor({ folder }: Place, port: number): ChildProcess {
  const home = join(folder, 'old-key');
  mkdirSync(home, { recursive: true });
  const thenMs = Date.now() - 3 * dayMs;
  const log = join(home, 'access.json.log');
  const traffic = createTraffic({ seed: 'drill', sites: [{ serverName, zone: 'Europe/Paris', visitsPerDay: 600 }], startMs: thenMs - 1_200_000, endMs: thenMs });
  writeFileSync(log, [...traffic.lines()].filter(({ timeMs }) => timeMs <= thenMs).map(({ text }) => `${text}\n`).join('')); // prettier-ignore
  const clock = join(home, 'clock');
  writeFileSync(clock, '');
  utimesSync(clock, thenMs / 1000, thenMs / 1000);
  const settings = {
    state_folder: join(home, 'state'), key_folder: join(home, 'keys'), files_folder: join(home, 'lines'), output: 'files', listen_port: port,
    inputs: [{ name: 'old', path: log, start_at: 'beginning' }], sites: [{ name: 'old-key', server_names: [serverName], zone: 'Europe/Paris' }],
  }; // prettier-ignore
  const config = join(home, 'tidewatch.yaml');
  writeFileSync(config, JSON.stringify(settings));
  const output = openSync(join(folder, 'said', 'old-key.log'), 'a');
  const args = ['--disable-warning=ExperimentalWarning', '--import', join(checkout, 'test', 'event-clock.ts'), join(checkout, 'log-processor', 'src', 'main.ts'), 'run', '--config', config];
  const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] ?? '', EVENT_CLOCK_FILE: clock }, stdio: ['ignore', output, output] });
  closeSync(output);
  return child;
}
