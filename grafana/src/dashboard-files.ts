/** Every file that is made from the dashboards: what Grafana reads, what can be imported elsewhere, and the pages of the guide. */
import { dashboardPage } from './dashboard-page.ts';
import { dashboards } from './dashboards.ts';
import { forImport } from './export.ts';

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** Path from the root of the repository to content; the same bytes every time. */
export const dashboardFiles = (): readonly (readonly [string, Buffer])[] =>
  Object.entries(dashboards).flatMap(([name, dashboard]) => [
    [`grafana/dashboards/${name}.json`, json(dashboard)] as const,
    [`grafana/exports/${name}.json`, json(forImport(dashboard))] as const,
    [`docs/dashboards/${name}.md`, Buffer.from(dashboardPage(dashboard))] as const,
  ]);
