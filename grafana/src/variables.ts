/** The choices at the top of dashboards. */
import { IntervalVariableBuilder, QueryVariableBuilder, TextBoxVariableBuilder, VariableHide, VariableRefresh, VariableSort, type VariableOption } from '@grafana/grafana-foundation-sdk/dashboard';
import { dataSource } from './data-sources.ts';

/** Grafana's way to say that everything is chosen. */
const everything: VariableOption = { selected: true, text: ['All'], value: ['$__all'] };

const choice = (name: string, label: string, question: string, description: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(dataSource('prometheus'))
    .query({ query: question, refId: name })
    .definition(question)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current(everything);

/** The sites that were seen; lines of no configured site are `other`. */
export const site = (): QueryVariableBuilder => choice('site', 'Site', 'label_values(web_requests_total, site)', 'Sites by the name the configuration gives them. Lines of no configured site belong to "other".');

export const job = (): QueryVariableBuilder => choice('job', 'Job', 'label_values(node_uname_info, job)', 'The scrape job of node_exporter.');
export const instance = (): QueryVariableBuilder => choice('instance', 'Instance', 'label_values(node_uname_info{job=~"$job"}, instance)', 'The machine.');

const intervals = ['1m', '5m', '15m', '1h', '6h', '1d'] as const;

/** How many bars "auto" makes of a time range, at most. */
export const autoBars = 60;

/** Width of a bar wherever something is counted over time. By itself it follows the range: a fixed one leaves nothing to see of five minutes, and asks for a thousand times too much of a year. */
export const interval = (): IntervalVariableBuilder =>
  new IntervalVariableBuilder('interval')
    .label('Interval')
    .description('The width of one bar where things are counted over time. "auto" follows the time range.')
    .values(intervals.join(','))
    .auto(true)
    .stepCount(autoBars)
    .minInterval('1m')
    .current({ selected: true, text: 'auto', value: '$__auto_interval_interval' });

/** Where `docs/runbooks` can be read: the Grafana of the stack serves them itself, below its own address. */
export const runbooks = (): TextBoxVariableBuilder =>
  new TextBoxVariableBuilder('runbooks').label('Runbooks').description('Address of the folder with the runbooks of alerts. The stack serves them from its own Grafana.').defaultValue('/public/runbooks').hide(VariableHide.InControlsMenu);
