/** The data sources a dashboard can be pointed at: variables, so that the same JSON works in a Grafana that knows them by other names. */
import { DatasourceVariableBuilder, VariableHide, type DataSourceRef } from '@grafana/grafana-foundation-sdk/dashboard';

/** Grafana's plugin id and, as provisioned by the stack, the uid. */
export type Source = 'prometheus' | 'loki';

const names: Readonly<Record<Source, string>> = { prometheus: 'Prometheus', loki: 'Loki' };

export const sources = Object.keys(names) as readonly Source[];

/** Reference by variable. */
export const dataSource = (source: Source): DataSourceRef => ({ type: source, uid: `\${${source}_datasource}` });

export function dataSourceVariable(source: Source): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder(`${source}_datasource`)
    .label(`${names[source]} data source`)
    .description(`Where the ${source === 'loki' ? 'LogQL' : 'PromQL'} questions of this dashboard go.`)
    .type(source)
    .hide(VariableHide.InControlsMenu)
    .current({ text: names[source], value: source });
}
