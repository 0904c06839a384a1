/** Every metric a dashboard may ask for, with its labels: our own from the code, and those of the programs around us. */
import { metricNames } from '../../log-processor/src/metric-names.ts';
import { foreignMetrics } from './foreign-metrics.ts';
import { nodeMetrics } from './node-metrics.ts';

export const catalogue = { ...metricNames, ...foreignMetrics, ...nodeMetrics } as const;

export type KnownMetric = keyof typeof catalogue;

/** Labels of one metric; `job` and `instance` come from the scrape, `le` from a histogram. */
export type LabelOf<N extends KnownMetric> = (typeof catalogue)[N]['labels'][number] | 'job' | 'instance' | 'le';
