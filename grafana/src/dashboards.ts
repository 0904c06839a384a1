/** Every dashboard, built: the one list that files, exports, guide and tests are made from. */
import { carbonPage } from './carbon.ts';
import type { Dashboard } from './classic.ts';
import { engagementPage } from './engagement.ts';
import { homePage } from './home.ts';
import { logsPage } from './logs.ts';
import { nodePage } from './node.ts';
import type { PageName } from './page-names.ts';
import { pipelinePage } from './pipeline.ts';
import { platformPage } from './platform.ts';

export const dashboards: Readonly<Record<PageName, Dashboard>> = {
  'tidewatch-home': homePage,
  'tidewatch-engagement': engagementPage,
  'tidewatch-carbon': carbonPage,
  'tidewatch-platform': platformPage,
  'tidewatch-node': nodePage,
  'tidewatch-logs': logsPage,
  'tidewatch-pipeline': pipelinePage,
};
