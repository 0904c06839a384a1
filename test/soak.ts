/**
 * `npm run soak`: five hundred kills -9 of the processor over days of events, with rotations, midnights, and a Loki that is killed and away for
 * minutes; ends with a table of what was lost, doubled and changed, and with exit code 0 only where that is nothing. Takes about half an hour.
 * KILLS, SEED, HOURS (of events, at most 132) and MINUTES (the longest it may take) in the environment change it.
 */
import { killRun } from './kill-run.ts';
import type { KillRunResult } from './kill-run.ts';
import { lokiPath } from './loki-server.ts';

const number = (name: string, usual: number): number => {
  const value = Number(process.env[name] ?? usual);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name}: expected a whole number from 1 on`);
  return value;
};
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const kills = number('KILLS', 500);
const seed = process.env['SEED'] ?? String(Date.now());
/** Ten hours of events for forty kills, at most five days and a half. */
const spanHours = Math.min(132, number('HOURS', Math.min(132, Math.max(32, Math.round(kills / 3)))));
const minutes = number('MINUTES', 60);

/** How long Loki is away, in turn. Seconds often; minutes now and then: then the outbox is full and the log has to wait. */
const awaySeconds = [2, 10, 1, 150, 5, 1, 20, 3];

function lokiAway(): { afterKill: number; seconds: number }[] {
  const times = [];
  for (let kill = 12; kill < kills - 5; kill += 25) times.push({ afterKill: kill, seconds: awaySeconds[times.length % awaySeconds.length] ?? 1 });
  return times;
}

function table({ seconds, lines, rotations, kills: killed, undisturbed, stored, copies, differences, counterDifferences, truthDifferences, ledger, exitCodes }: KillRunResult): string {
  const row = (name: string, ...values: readonly (string | number | undefined)[]): string => `${name.padEnd(28)}${values.map((value) => String(value ?? 0).padStart(10)).join('')}`;
  const sum = (what: 'lost' | 'double' | 'changed' | 'strayTokens') => (['access', 'visit', 'day'] as const).map((kind) => differences[kind]?.[what]);
  const all = (of: Readonly<Record<string, number>>) => [of['access'], of['visit'], of['day']];
  return [
    '',
    `${killed.starting + killed.running} kills -9 in ${Math.round(seconds / 60)} min (${killed.starting} while starting), ${killed.leavingBodies} of them with a body under way; Loki killed ${killed.lokiKills} times`,
    `${lines} lines, ${rotations} rotations, ${spanHours} hours of events`,
    '',
    row('', 'lines', 'visits', 'receipts'),
    row('undisturbed run', ...all(undisturbed)),
    row('in Loki', ...all(stored)),
    row('copies in Loki', ...all(copies)),
    row('lost', ...sum('lost')),
    row('double', ...sum('double')),
    row('changed', ...sum('changed')),
    row('of another visitor', ...sum('strayTokens')),
    '',
    row('counters that differ', counterDifferences.length),
    row('differences from the truth', truthDifferences.length),
    row('ledger', `read ${ledger.read} = delivered ${ledger.delivered} + dropped ${ledger.dropped} + in flight ${ledger.inFlight}; lost bytes ${ledger.lostBytes}, late ${ledger.late}`),
    row('exit codes', exitCodes.join(', ')),
    ...[...Object.values(differences).flatMap(({ examples }) => examples), ...counterDifferences, ...truthDifferences].slice(0, 40),
  ].join('\n');
}

function isClean({ lines, undisturbed, stored, copies, differences, counterDifferences, truthDifferences, ledger, exitCodes }: KillRunResult): boolean {
  const same = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean => ['access', 'visit', 'day'].every((kind) => a[kind] === b[kind]);
  const none = Object.values(differences).every(({ lost, double, changed, strayTokens }) => lost + double + changed + strayTokens === 0);
  const balanced = ledger.read === lines && ledger.read === ledger.delivered + ledger.dropped && ledger.lostBytes === 0;
  return none && balanced && same(stored, undisturbed) && same(copies, undisturbed) && counterDifferences.length + truthDifferences.length === 0 && exitCodes.every((code) => code === 0);
}

if (lokiPath === undefined) throw new Error('no loki on PATH or in .tools/bin: run `npm run tools` first');
say(`soak: ${kills} kills, SEED=${seed}, ${spanHours} hours of events, at most ${minutes} min`);
const late = setTimeout(() => {
  say(`soak: not done after ${minutes} min`);
  process.exit(1);
}, minutes * 60_000);
const result = await killRun({ seed, kills, spanHours, visitsPerDay: 8000, lokiAway: lokiAway(), say });
clearTimeout(late);
say(table(result));
const clean = isClean(result);
say(clean ? '\nsoak: nothing lost, nothing double, nothing changed' : '\nsoak: FAILED');
process.exit(clean ? 0 : 1);
