/** Every dashboard, built: the one list that files, exports, guide and tests are made from. */
import type { Dashboard } from './classic.ts';
import { engagementPage } from './engagement.ts';
import type { PageName } from './page-names.ts';
import { pipelinePage } from './pipeline.ts';
import { platformPage } from './platform.ts';

export const dashboards: Readonly<Partial<Record<PageName, Dashboard>>> = {
  'tidewatch-engagement': engagementPage,
  'tidewatch-platform': platformPage,
  'tidewatch-pipeline': pipelinePage,
};
