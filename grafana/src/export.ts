/** A dashboard as a file to import by hand into another Grafana: it asks for the data sources instead of expecting ours. */
import type { Dashboard } from './classic.ts';
import { sources, type Source } from './data-sources.ts';

const pluginNames: Readonly<Record<Source, string>> = { prometheus: 'Prometheus', loki: 'Loki' };
const inputName = (source: Source): string => `DS_${source.toUpperCase()}`;

/**
 * Grafana's import asks for every entry of `__inputs` and puts the chosen uid in the place of its name; `__requires` lets it warn of what is missing.
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/import-dashboards/
 */
export function forImport(dashboard: Dashboard): Record<string, unknown> {
  const used = sources.filter((source) => (dashboard.templating.list ?? []).some(({ name }) => name === `${source}_datasource`));
  const list = (dashboard.templating.list ?? []).map((variable) => {
    const source = used.find((one) => variable.name === `${one}_datasource`);
    return source === undefined ? variable : { ...variable, current: { text: `\${${inputName(source)}}`, value: `\${${inputName(source)}}` } };
  });
  const inputs = used.map((source) => ({ name: inputName(source), label: pluginNames[source], description: `The ${pluginNames[source]} that Tidewatch writes to.`, type: 'datasource', pluginId: source, pluginName: pluginNames[source] }));
  return { __inputs: inputs, __elements: {}, __requires: requirements(dashboard, used), ...dashboard, templating: { list } };
}

function requirements(dashboard: Dashboard, used: readonly Source[]): unknown[] {
  const panels = (dashboard.panels ?? []).flatMap((panel) => ('panels' in panel ? panel.panels : [panel]));
  const types = [...new Set(panels.map(({ type }) => type))].filter((type) => type !== 'row').sort();
  return [
    { type: 'grafana', id: 'grafana', name: 'Grafana', version: '12.4.0' },
    ...used.map((source) => ({ type: 'datasource', id: source, name: pluginNames[source], version: '1.0.0' })),
    ...types.map((type) => ({ type: 'panel', id: type, name: type, version: '' })),
  ];
}
