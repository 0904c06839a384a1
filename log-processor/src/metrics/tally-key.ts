/** How a series is called in the store: `tally/<name>/<label values as JSON>`. */
import { metricNames } from '../metric-names.ts';
import type { MetricName, MetricType } from '../metric-names.ts';

/** What to scan the store for. */
export const tallyPrefix = 'tally/';

export function tallyKey(name: MetricName, labels: readonly string[]): string {
  return `${tallyPrefix}${name}/${JSON.stringify(labels)}`;
}

/** @returns null for a key that names no committed metric of this version, or another number of labels */
export function readTallyKey(key: string): { name: MetricName; type: MetricType; labels: readonly string[] } | null {
  const slash = key.indexOf('/', tallyPrefix.length);
  const name = key.slice(tallyPrefix.length, slash);
  if (!key.startsWith(tallyPrefix) || slash < 0 || !isMetricName(name)) return null;
  const row = metricNames[name];
  const labels = readLabels(key.slice(slash + 1));
  if (!row.committed || labels?.length !== row.labels.length) return null;
  return { name, type: row.type, labels };
}

/** What is no list of strings is null; the error is left out because it would quote the text. */
function readLabels(text: string): readonly string[] | null {
  try {
    const labels: unknown = JSON.parse(text);
    return Array.isArray(labels) && labels.every((label) => typeof label === 'string') ? labels : null;
  } catch {
    return null;
  }
}

function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(metricNames, name);
}
