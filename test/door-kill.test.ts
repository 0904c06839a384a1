/** R46 for the second door: what was answered 204 is in Loki exactly once, whoever is killed. `npm run soak` kills fifty times. */
import { describe, expect, test } from 'vitest';
import { doorKillRun } from './door-kill-run.ts';
import { skipWithoutLoki } from './loki-server.ts';
import { skipWithoutPromtail } from './promtail-process.ts';

describe.skipIf(skipWithoutLoki || skipWithoutPromtail)('a real Promtail into a real Loki', () => {
  test('five kills each of the processor, of Promtail and of Loki lose and double nothing that was answered 204', async () => {
    const result = await doorKillRun({ seed: 'door', kills: 5, linesPerSecond: 400, say: (line) => process.stdout.write(`${line}\n`) });
    process.stdout.write(`${JSON.stringify(result)}\n`);
    expect(result).toMatchObject({ missing: 0, surplus: 0, addresses: 0, ledgerBalances: true });
    expect(result.written).toBeGreaterThan(1000);
    expect(result.answered).toBeGreaterThanOrEqual(15);
  }, 480_000);
});
