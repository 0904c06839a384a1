/** The JSON files that Grafana reads, made from the dashboards of this room. */
import { dashboards } from './dashboards.ts';

/** Path from the root of the repository to content; the same bytes every time. */
export const dashboardFiles = (): readonly (readonly [string, Buffer])[] => Object.entries(dashboards).map(([name, dashboard]) => [`grafana/dashboards/${name}.json`, Buffer.from(`${JSON.stringify(dashboard, null, 2)}\n`)]);
