/** `npm run soak`, second half: fifty kills each of the processor, of a real Promtail and of Loki, with pushes going on. DOOR_KILLS in the environment changes it. */
import { doorKillRun } from './door-kill-run.ts';

const kills = Number(process.env['DOOR_KILLS'] ?? 50);
if (!Number.isInteger(kills) || kills < 1) throw new RangeError('DOOR_KILLS: expected a whole number from 1 on');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(`door soak: ${kills} kills of each`);
const result = await doorKillRun({ seed: process.env['SEED'] ?? String(Date.now()), kills, linesPerSecond: 400, say });
say(JSON.stringify(result, null, 2));
const clean = result.missing + result.surplus + result.addresses === 0 && result.ledgerBalances;
say(clean ? 'door soak: everything that was answered 204 is in Loki, once' : 'door soak: FAILED');
process.exit(clean ? 0 : 1);
