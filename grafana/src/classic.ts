/** The dashboard model that Grafana reads from files (provisioning); the SDK prefers the newer one, which only Grafana's own API takes. */
import { DashboardBuilder as Builder, type Dashboard as Model } from '@grafana/grafana-foundation-sdk/dashboard';

// eslint-disable-next-line @typescript-eslint/no-deprecated -- file provisioning takes nothing else
export type Dashboard = Model;
// eslint-disable-next-line @typescript-eslint/no-deprecated -- file provisioning takes nothing else
export const DashboardBuilder = Builder;
// eslint-disable-next-line @typescript-eslint/no-deprecated -- file provisioning takes nothing else
export type DashboardBuilder = Builder;
