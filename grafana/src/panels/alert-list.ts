/** Grafana's own list of alerts, of every data source that has rules. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';

/** The SDK has no builder for this panel. */
export const alertList = ({ title, says, width, height }: { readonly title: string; readonly says: string; readonly width: number; readonly height: number }): Builder<Panel> => ({
  build: () => ({
    type: 'alertlist',
    title,
    description: says,
    gridPos: { x: 0, y: 0, w: width, h: height },
    options: { viewMode: 'list', groupMode: 'default', groupBy: [], maxItems: 20, sortOrder: 3, dashboardAlerts: false, alertName: '', alertInstanceLabelFilter: '', stateFilter: { firing: true, pending: true, recovering: true, noData: false, normal: false, error: true } },
    transparent: false,
  }),
});
