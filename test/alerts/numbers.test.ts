/** A number in a rule has its place among the thresholds, or its reason beside it: nobody on call has to guess what it is for. */
import { expect, test } from 'vitest';
import { thresholds } from '../../log-processor/src/thresholds.ts';
import { alerts, textOf } from './alert-files.ts';

/** Without texts, ranges and offsets; nothing, one, and the zero of `bool` need no reason. */
const numbersIn = (expr: string): readonly string[] =>
  [...expr.replace(/"[^"]*"|`[^`]*`|\[[^\]]*\]|offset \w+/g, '').matchAll(/(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g)].map(([number]) => number).filter((number) => number !== '0' && number !== '1'); // prettier-ignore

/** The comment lines of a rule, between its name and its expression. */
function reasonsOf(file: string, alert: string): string {
  const rule = new RegExp(`- alert: ${alert}\\n([^]*?)\\n *expr:`).exec(textOf(file))?.[1] ?? '';
  return rule.split('\n').filter((line) => line.trim().startsWith('#')).join('\n');
}

test('the search finds numbers, and only these', () => {
  expect(numbersIn('rate(x{le="0.5"}[10m] offset 1w) * 60 > scalar(t{name="a_90"}) and y:z:count7d >= 4 == 1 or |~ `5[0-9]` > 0.95')).toEqual(['60', '4', '0.95']);
});

test('every number that is compared or counted with is a threshold, or says its reason beside it', () => {
  const found = alerts.flatMap(({ alert, file, expr, annotations }) => numbersIn(expr).map((number) => ({ alert, file, number, threshold: annotations['threshold'] ?? '' })));
  expect(found.length).toBeGreaterThan(30);
  const bare = found.filter(({ alert, file, number, threshold }) => {
    const isNamed = (text: string): boolean => new RegExp(`(?<![\\w.])${number.replace('.', '[.]')}(?![\\w]|[.]\\d)`).test(text);
    return !isNamed(threshold) && !isNamed(reasonsOf(file, alert));
  });
  expect(bare.map(({ alert, number }) => `${alert}: ${number}`)).toEqual([]);
});

test('ThresholdsMissing knows how many there are', () => {
  const rule = alerts.find(({ alert }) => alert === 'ThresholdsMissing');
  const count = Object.keys(thresholds).length;
  expect(rule?.expr).toContain(`< ${count} or`);
  expect(rule?.annotations['description']).toContain(`the rules know ${count}.`);
});
