/** Writes every generated file of the repository; test/generated-is-fresh.test.ts proves that nobody forgot to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from '../log-processor/src/config-reference.ts';
import { dashboardFiles } from '../grafana/src/dashboard-files.ts';
import { compileScanner } from './build-scanner.ts';
import { faultsPage } from './faults-page.ts';
import { metricsPage } from './metrics-page.ts';

const root = join(import.meta.dirname, '..');

/** Path from the root of the repository to content. */
export const generated = (): ReadonlyMap<string, Buffer> =>
  new Map([
    ['docs/configuration.md', Buffer.from(configurationPage())],
    ['docs/faults.md', Buffer.from(faultsPage())],
    ['docs/metrics.md', Buffer.from(metricsPage())],
    ['log-processor/src/parse/scan-line.wasm', compileScanner()],
    ...dashboardFiles(),
  ]);

if (process.argv[1] === import.meta.filename) {
  for (const [path, content] of generated()) {
    writeFileSync(join(root, path), content);
    console.log(`wrote ${path}`);
  }
}
