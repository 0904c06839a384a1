/** What is held back and how often a message comes again, named one by one: a rule that is dropped from Alertmanager's file is missed here. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { alerts, textOf } from './alert-files.ts';
import { matches } from './matcher.ts';

const routeSchema = z.looseObject({ repeat_interval: z.string().optional(), group_by: z.array(z.string()).optional() });
const shipped = z
  .object({
    inhibit_rules: z.array(z.object({ source_matchers: z.array(z.string()), target_matchers: z.array(z.string()), equal: z.array(z.string()).default([]) })),
    route: routeSchema.extend({ routes: z.array(routeSchema) }),
  })
  .parse(parse(textOf('alertmanager/alertmanager.yaml')));

/** Whether a rule of the shipped file lets one silence the other, on one machine, one site and one mount point. */
function silences(source: string, target: string, jobDown = 'loki'): boolean {
  const labelsOf = (name: string) => ({ job: name === 'TargetDown' ? jobDown : 'ocean-body', ...alerts.find(({ alert }) => alert === name)?.labels, alertname: name });
  return shipped.inhibit_rules.some((rule) => rule.source_matchers.every((matcher) => matches(matcher, labelsOf(source))) && rule.target_matchers.every((matcher) => matches(matcher, labelsOf(target))));
}

test.each([
  ['HostDown', 'ProcessorDown, HttpCheckFailing, TargetDown, AddressInLogs, BounceJump, CarbonIntensityStale', 'DeadMansSwitch, DiskAlmostFull'],
  ['PipelineCatchingUp', 'DailyVisitorsOutOfRange, CarbonPerVisitOverBudget, SiteSilent, LinesNotInLoki', 'LedgerNotBalanced, CarbonIntensityHigh'],
  ['PipelineLagging', 'VisitorsBelowLastWeek, BotShareUp', 'OutboxFull, InputSilent'],
  ['AccessLinesMissing', 'DailyVisitorsLow', 'NginxServesWithoutLines, HttpCheckFailing'],
  ['ProcessorDown', 'PipelineLagging, NginxServesWithoutLines, AccessLinesMissing, InputSilent, ReceiptLate, ReceiptMissing, ThresholdsMissing, BounceJump', 'LogAgentDown, HttpCheckFailing, AddressInLogs'],
  ['NginxServesWithoutLines', 'AccessLinesMissing, InputSilent, DailyVisitorsHigh', 'LokiPushFailing, ProcessorDown'],
  ['LokiPushFailing', 'TargetDown', 'OutboxFull, AccessLinesMissing'],
  ['TargetDown', '', 'LokiPushFailing, OutboxFull'],
  ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow, SiteServerErrors', 'ApplicationErrorBurnFast, HttpCheckFailing'],
  ['ApplicationErrorBurnFast', 'ApplicationErrorBurnSlow', 'ApplicationSlowSlow'],
  ['ApplicationSlowFast', 'ApplicationSlowSlow', 'ApplicationErrorBurnSlow'],
  ['DiskAlmostFull', 'DiskFillingUp', 'InodesRunningOut, OutboxFull'],
])('%s silences %s and leaves %s alone', (source, silenced, told) => {
  const list = (text: string): readonly string[] => text.split(', ').filter(Boolean);
  expect([list(silenced).filter((target) => !silences(source, target)), list(told).filter((target) => silences(source, target))]).toEqual([[], []]);
});

test('a Loki that takes nothing speaks for its own target only', () => {
  expect(['loki', 'node-exporter'].map((job) => silences('LokiPushFailing', 'TargetDown', job))).toEqual([true, false]);
});

// An alert without a label never equals one that has it: with `equal: [site]` the pipeline, which has no site, would hold back nobody.
test('only what both sides carry must be equal', () => {
  const asked = shipped.inhibit_rules.filter(({ equal }) => equal.length > 0).map(({ source_matchers: [source = ''], equal }) => [source.replace('alertname = ', ''), ...equal]);
  expect(asked).toEqual([['ErrorBudgetBurnFast', 'site'], ['ApplicationErrorBurnFast', 'job'], ['ApplicationSlowFast', 'job'], ['DiskAlmostFull', 'instance', 'mountpoint']]);
});

test('messages come again as docs/alerts.md says: the heartbeat every two minutes, a page every hour', () => {
  const { route } = shipped;
  expect([route.repeat_interval, route.group_by]).toEqual(['12h', ['alertname', 'site', 'instance']]);
  const heartbeat = { receiver: 'dead-mans-switch', group_wait: '0s', group_interval: '1m', repeat_interval: '2m' };
  expect(route.routes.filter((one) => one.repeat_interval !== undefined)).toMatchObject([heartbeat, { receiver: 'carbon', repeat_interval: '1d', group_by: ['family'] }, { receiver: 'audience', repeat_interval: '1d' }, { receiver: 'page', repeat_interval: '1h' }]);
});
