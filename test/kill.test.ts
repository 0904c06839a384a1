/** Forty real kill -9 at random moments, under load, over midnights and rotations, with a Loki that is killed too: nothing is lost, doubled or changed. */
import { describe, expect, test } from 'vitest';
import { killRun } from './kill-run.ts';
import { skipWithoutLoki } from './loki-server.ts';

const seed = process.env['SEED'] ?? String(Date.now());

describe.skipIf(skipWithoutLoki)('R46: forty kills', () => {
  test('lose no line, double none in Loki or in the counters, and change no visit', { timeout: 600_000 }, async () => {
    const say = (line: string): void => void process.stderr.write(`kill test, SEED=${seed}: ${line}\n`);
    const lokiAway = [{ afterKill: 9, seconds: 3 }, { afterKill: 21, seconds: 6 }, { afterKill: 33, seconds: 1 }];
    const result = await killRun({ seed, kills: 40, spanHours: 32, visitsPerDay: 16_000, lokiAway, say });
    say(JSON.stringify({ ...result, differences: undefined }));
    const none = { lost: 0, double: 0, changed: 0, strayTokens: 0, examples: [] };
    expect(result.truthDifferences).toEqual([]);
    expect(result.differences).toEqual({ access: none, visit: none, day: none });
    expect(result.stored).toEqual(result.undisturbed);
    expect(result.copies).toEqual(result.undisturbed);
    expect(result.counterDifferences).toEqual([]);
    expect(result.ledger).toEqual({ read: result.lines, delivered: result.lines - result.tornLines, dropped: result.tornLines, inFlight: 0, late: 0, lostBytes: 0 });
    expect(result.exitCodes).toEqual([0, 0]);
    // A run in which nothing was at stake proves nothing.
    expect(result.kills.starting + result.kills.running).toBe(40);
    expect(result.kills.leavingBodies).toBeGreaterThan(10);
    expect(result.kills.lokiKills).toBe(3);
    expect(result.rotations).toBeGreaterThan(20);
    expect(result.undisturbed['day']).toBeGreaterThanOrEqual(3);
    expect(result.undisturbed['visit']).toBeGreaterThan(5000);
  });
});
