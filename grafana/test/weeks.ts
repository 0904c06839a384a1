/** The comparison with the week before, asked of a real Loki ten minutes after midnight, when the receipt of yesterday is not there yet, of one site that has two weeks and one that is new. */
import { expect, test } from 'vitest';
import { askLoki } from './ask-loki.ts';
import { fillVariables } from './fill-variables.ts';
import { questions } from './questions.ts';
import type { SeededStack } from './seeded-stack.ts';

const dayMs = 86_400_000;
/** So many midnights before the last one. */
const receiptsOf = (midnightMs: number, days: number, visits: (daysAgo: number) => number): readonly (readonly [string, string])[] =>
  Array.from({ length: days }, (_, index) => [`${midnightMs - (index + 1) * dayMs - 1}999999`, JSON.stringify({ audience: { visits: { human: { visits: visits(index) } } } })] as const).reverse();

/** Adds the test to the file that has the servers up. */
export function weeksHold(stack: () => SeededStack): void {
  test('a week is compared with the week before, whole days with whole days, and a new site is no growth', async () => {
    const midnightMs = Math.floor(Date.now() / dayMs) * dayMs - dayMs;
    const stream = (site: string, values: ReturnType<typeof receiptsOf>) => ({ stream: { job: 'tidewatch', site, stream: 'day', origin: 'seeded' }, values });
    const streams = [stream('lagoon', receiptsOf(midnightMs, 15, (daysAgo) => (daysAgo < 7 ? 30 : 20))), stream('bay', receiptsOf(midnightMs, 3, () => 900))];
    const { status } = await fetch(`${stack().loki.url}/loki/api/v1/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ streams }) });
    expect(status).toBe(204);
    const expr = questions().find(({ where }) => where === 'tidewatch-engagement: Seven days against the seven before (B)')?.target.expr ?? '';
    const changes = async (site: string): Promise<readonly (readonly [string, string])[]> => {
      const toMs = midnightMs + 600_000;
      return (await askLoki(stack().loki.url, fillVariables(expr, true, { site }), true, { fromMs: toMs - dayMs, toMs, stepSeconds: 3600 })).rows.flatMap(({ values }) => values);
    };
    expect((await changes('lagoon|bay')).map(([, change]) => Number(change))).toEqual([0.5]);
    expect(await changes('bay')).toEqual([]);
  });
}
