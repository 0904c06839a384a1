/** Choices at the top of Logs, and days and months out of receipts, asked of a real Loki: filled in as Grafana does, which escapes what several choices hold. */
import { describe, expect, test } from 'vitest';
import { askLoki, type Span } from './ask-loki.ts';
import { fillVariables, type Values } from './fill-variables.ts';
import { list, object, questions, shownDashboards, text, type ShownTarget } from './questions.ts';
import type { SeededStack } from './seeded-stack.ts';

const asked = questions();
function target(where: string): ShownTarget {
  const found = asked.find((one) => one.where === where);
  if (found === undefined) throw new Error(`no question ${where}`);
  return found.target;
}
/** Names and values of the choices of a variable of Logs. */
function choicesOf(name: string): readonly (readonly [name: string, value: string])[] {
  const variables = list(object(shownDashboards().find((one) => one.name === 'tidewatch-logs')?.raw['templating'])['list']).map(object);
  return text(variables.find((one) => one['name'] === name)?.['query']).split(', ').map((option) => [option.split(' : ')[0] ?? '', option.split(' : ')[1] ?? '']);
}

/** Adds the tests to the file that has the servers up. */
export function choicesHold(stack: () => SeededStack, span: () => Span, range: string): void {
  const counts = async (where: string, label: string, values: Values): Promise<Record<string, number>> => {
    const { rows } = await askLoki(stack().loki.url, fillVariables(target(where).expr, true, { range, ...values }), true, span());
    return Object.fromEntries(rows.map(({ labels, values: [first] }) => [labels[label] ?? '', Number(first?.[1])]));
  };
  const statuses = (values: Values = {}) => counts('tidewatch-logs: Access lines by status (A)', 'status', values);
  const streams = (values: Values = {}) => counts('tidewatch-logs: Errors and application lines (A)', 'stream', values);

  describe('choices at the top of Logs', () => {
    test('each class of status finds its lines and no others', async () => {
      const all = await statuses();
      expect(Object.keys(all)).toEqual(expect.arrayContaining(['2xx', '4xx']));
      for (const [name, value] of choicesOf('status')) expect(await statuses({ chosen: { status: [value] } }), name).toEqual(name in all ? { [name]: all[name] } : {});
      expect(await statuses({ chosen: { status: ['2..', '4..'] } })).toEqual({ '2xx': all['2xx'], '4xx': all['4xx'] });
    });
    test('words may hold quotes and backslashes, an empty country is every country, and a country narrows', async () => {
      expect(await statuses({ words: { country: '' } })).toEqual(await statuses({ words: { country: '.+' } }));
      expect(await statuses({ words: { country: 'ZZ|QQ' } })).toEqual({});
      expect(await statuses({ words: { path: String.raw`\d{9}"` } })).toEqual({});
      expect(await streams({ words: { search: '"LEVEL":"error"' } })).toEqual({ app: 1 });
      expect(await streams({ words: { search: String.raw`\(2: no such` } })).toEqual({ error: 1 });
    });
    test('error and application lines are those of the chosen site', async () => {
      expect(await streams({ site: 'ocean' })).toEqual({ app: 2, error: 2 });
      expect(await streams({ site: 'reef' })).toEqual({});
    });
  });

  test('grams of calendar days and months are those of the receipts, once for both sites', async () => {
    const shown = (title: string, label: string) => counts(`tidewatch-carbon: ${title}`, label, { range: '400h' });
    expect(await shown('CO2e by day (A)', 'day')).toEqual({ '2026-10-30': 7.5, '2026-10-31': 12.5, '2026-11-01': 20 });
    expect(await shown('CO2e by day (B)', 'day')).toEqual({ '2026-10-30': 1, '2026-10-31': 3, '2026-11-01': 4 });
    expect(await shown('CO2e by month (A)', 'month')).toEqual({ '2026-10': 20, '2026-11': 20 });
    expect(await shown('CO2e by month (B)', 'month')).toEqual({ '2026-10': 4, '2026-11': 4 });
  });
}
