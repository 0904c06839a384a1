/**
 * The rules of grafana/dashboard-linter (commit 4d0844b), written anew and applied to every panel type, not only to those its authors knew.
 * Each answers with what is wrong; nothing means well.
 */
import { fillVariables } from './fill-variables.ts';
import { list, object, text, type Json, type ShownDashboard, type ShownPanel, type ShownTarget } from './questions.ts';
import { mistake, selectors, texts } from './syntax.ts';
import { unitIds } from './unit-ids.ts';

export type DashboardRule = (dashboard: ShownDashboard) => readonly string[];
export type PanelRule = (panel: ShownPanel, dashboard: ShownDashboard) => readonly string[];
export type TargetRule = (target: ShownTarget, panel: ShownPanel) => readonly string[];

const variables = ({ raw }: ShownDashboard): readonly Json[] => list(object(raw['templating'])['list']).map(object);
const variable = (dashboard: ShownDashboard, name: string): Json | undefined => variables(dashboard).find((one) => one['name'] === name);
const asks = (dashboard: ShownDashboard): boolean => dashboard.panels.some(({ targets }) => targets.some(({ type }) => type === 'prometheus'));
const when = (wrong: boolean, complaint: string): readonly string[] => (wrong ? [complaint] : []);

function choice(name: string): DashboardRule {
  return (dashboard) => {
    const found = variable(dashboard, name);
    if (!asks(dashboard)) return [];
    if (found === undefined) return [`has no variable ${name}`];
    return [
      ...when(found['type'] !== 'query', `${name} is no query`),
      ...when(object(found['datasource'])['uid'] !== '${prometheus_datasource}', `${name} is asked of a fixed data source`),
      ...when(found['multi'] !== true || found['allValue'] !== '.+', `${name} cannot be several or all (.+)`),
      ...when(text(found['label']).toLowerCase() !== name, `${name} has the label ${text(found['label'])}`),
    ];
  };
}

export const dashboardRules: Readonly<Record<string, DashboardRule>> = {
  'template-datasource-rule': (dashboard) => {
    const found = variables(dashboard).filter(({ type }) => type === 'datasource');
    const wrong = found.filter(({ name, label, query }) => name !== `${text(query)}_datasource` || text(label).toLowerCase() !== `${text(query)} data source`);
    return [...when(found.length === 0, 'has no data source variable'), ...wrong.map(({ name }) => `the data source variable ${text(name)} has another name or label than usual`)];
  },
  'template-job-rule': choice('job'),
  'template-instance-rule': choice('instance'),
  'template-label-promql-rule': (dashboard) =>
    variables(dashboard).flatMap(({ type, name, query }) => {
      if (type !== 'query') return [];
      const question = /^label_values\((?:(.+), )?\w+\)$/.exec(text(object(query)['query']));
      return when(question === null || (question[1] !== undefined && mistake('prometheus', fillVariables(question[1], true)) !== null), `${text(name)} asks what Prometheus does not know`);
    }),
  'template-on-time-change-reload-rule': (dashboard) => variables(dashboard).flatMap(({ type, name, refresh }) => when(type === 'query' && refresh !== 2, `${text(name)} does not follow the time range`)),
  'uneditable-dashboard': ({ raw }) => when(raw['editable'] !== false, 'can be edited, and the edit would be lost'),
};

export const panelRules: Readonly<Record<string, PanelRule>> = {
  'panel-datasource-rule': ({ raw, targets }) => {
    const used = [raw, ...targets.map((target) => target.raw)].map((one) => text(object(one['datasource'])['uid']));
    return used.flatMap((uid) => when(!/^\$\{(?:prometheus|loki|alertmanager)_datasource\}$/.test(uid), `asks the fixed data source "${uid}"`));
  },
  'panel-title-description-rule': ({ title, raw }) => when(title === '' || text(raw['description']) === '', 'has no title or no description'),
  'panel-units-rule': ({ raw }) => {
    const unit = text(object(object(raw['fieldConfig'])['defaults'])['unit']);
    return when(!unitIds.has(unit), `has no unit Grafana knows: "${unit}"`);
  },
  'panel-no-targets-rule': ({ targets }) => when(targets.length === 0, 'asks nothing'),
};

const filled = ({ expr, instant }: ShownTarget): string => fillVariables(expr, instant, { rateInterval: '4m', step: '47s', interval: '5m', range: '6h' });

function matcher(label: string): TargetRule {
  return ({ type, expr }) => (type !== 'prometheus' ? [] : selectors(expr).flatMap(({ text: selector, metric }) => when(metric !== '' && !selector.includes(`${label}=~"$${label}"`), `${metric} is asked without ${label}`)));
}

export const targetRules: Readonly<Record<string, TargetRule>> = {
  'target-promql-rule': (target) => (target.type === 'prometheus' ? [mistake('prometheus', filled(target))].flatMap((found) => (found === null ? [] : [`no PromQL near ${found}`])) : []),
  'target-logql-rule': (target) => (target.type === 'loki' ? [mistake('loki', filled(target))].flatMap((found) => (found === null ? [] : [`no LogQL near ${found}`])) : []),
  'target-logql-auto-rule': ({ type, expr }) => (type !== 'loki' ? [] : texts('loki', fillVariables(expr, false, { step: '47s' }), 'Range').flatMap((range) => when(range !== '[47s]', `${range} is no [$__auto]`))),
  'target-rate-interval-rule': ({ type, expr }) =>
    type !== 'prometheus' ? [] : selectors(fillVariables(expr, false, { rateInterval: '47s' })).flatMap(({ call, range, metric }) => when((call === 'rate' || call === 'irate') && range !== '47s', `${metric} has a rate over ${range ?? 'nothing'}`)),
  'target-counter-agg-rule': (target) =>
    target.type !== 'prometheus' ? [] : selectors(filled(target)).flatMap(({ metric, call }) => when(metric.endsWith('_total') && !['rate', 'irate', 'increase'].includes(call ?? ''), `${metric} is shown without rate or increase`)),
  'target-job-rule': matcher('job'),
  'target-instance-rule': matcher('instance'),
};
