/** Proves that the import law is awake: every rule of .dependency-cruiser.cjs is broken once, on a copy, and must say so. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Files of a small house in which all is well; the violations below are added to it. */
const lawful: Readonly<Record<string, string>> = {
  'record.ts': 'export type Line = { status: number };\n',
  'main.ts': "import './keys/tokens.ts';\nimport './loki/push.ts';\nimport './pipeline.ts';\nimport './store/sqlite-store.ts';\n",
  'pipeline.ts': "import { addCountry } from './steps/add-country.ts';\nexport const road = (): unknown => addCountry({ status: 200 });\n",
  'steps/add-country.ts': "import type { Line } from '../record.ts';\nexport const addCountry = (line: Line): Line => line;\n",
  'keys/tokens.ts': "import { createHmac } from 'node:crypto';\nexport const token = (): unknown => createHmac('sha256', '');\n",
  'store/store.ts': 'export class Unavailable extends Error {}\n',
  'store/sqlite-store.ts': "import { DatabaseSync } from 'node:sqlite';\nexport const open = (): unknown => new DatabaseSync(':memory:');\n",
  '/grafana/src/page.ts': 'export const page = 1;\n',
  '/energy-exporter/src/main.ts': "import './sensors/rapl.ts';\n",
  '/energy-exporter/src/sensors/rapl.ts': 'export const rapl = 1;\n',
  'loki/push.ts': "import { Unavailable } from '../store/store.ts';\nexport const away = new Unavailable();\n",
};

/** One broken file per rule: path under log-processor/src, or from the root of the house with a leading slash, and content. */
const violations: Readonly<Record<string, readonly [path: string, content: string]>> = {
  'nouns-import-nothing': ['metric-names.ts', "import { join } from 'node:path';\nexport const name = join('a');\n"],
  'steps-are-handed-their-tools': ['steps/add-visitor.ts', "import { token } from '../keys/tokens.ts';\nexport const addVisitor = token;\n"],
  'steps-do-not-touch-the-runtime': ['steps/add-file.ts', "import { readFileSync } from 'node:fs';\nexport const addFile = readFileSync;\n"],
  'no-step-calls-a-step': ['steps/drop-bots.ts', "import { addCountry } from './add-country.ts';\nexport const dropBots = addCountry;\n"],
  'rooms-do-not-know-one-another': ['loki/visitor.ts', "import { token } from '../keys/tokens.ts';\nexport const visitor = token;\n"],
  'nobody-imports-main': ['committer.ts', "import './main.ts';\nexport const commit = 1;\n"],
  'src-imports-no-test': ['intake.ts', "import { line } from './record.test.ts';\nexport const intake = line;\n"],
  'no-cycles': ['audience.ts', "import { ledger } from './ledger.ts';\nexport const audience = (): unknown => ledger;\n"],
  'no-orphans': ['forgotten.ts', 'export const forgotten = 1;\n'],
  'nothing-dead': ['account/unused.ts', "import type { Line } from '../record.ts';\nexport const unused = (line: Line): Line => line;\n"],
  'nothing-unresolved': ['lost.ts', "import { gone } from './gone.ts';\nexport const lost = gone;\n"],
  'shipped-code-needs-no-dev-dependency': ['random.ts', "import fc from 'fast-check';\nexport const random = fc;\n"],
  'one-door-logger': ['voice.ts', "import winston from 'winston';\nexport const voice = winston;\n"],
  'one-door-metrics': ['gauge.ts', "import { Gauge } from 'prom-client';\nexport const gauge = Gauge;\n"],
  'one-door-server': ['page.ts', "import express from 'express';\nexport const page = express;\n"],
  'one-door-countries': ['where.ts', "import { lookup } from 'geoip-country';\nexport const where = lookup;\n"],
  'one-door-agents': ['steps/classify-robot.ts', "import { isbot } from 'isbot';\nexport const classify = isbot;\n"],
  'one-door-calendar': ['account/visits.ts', "import { DateTime } from 'luxon';\nexport const visits = DateTime;\n"],
  'one-door-snappy': ['store/squeeze.ts', "import { compress } from 'snappy';\nexport const squeeze = compress;\n"],
  'one-door-config': ['server/options.ts', "import { z } from 'zod';\nexport const options = z;\n"],
  'one-door-crypto': ['anonymise.ts', "import { createHash } from 'node:crypto';\nexport const anonymise = createHash;\n"],
  'dashboards-know-metric-names-only': ['/grafana/src/home.ts', "import { line } from '../../log-processor/src/keys/tokens.ts';\nexport const home = line;\n"],
  'questions-know-no-panels': ['/grafana/src/queries/energy.ts', "import { stat } from '../panels/stat.ts';\nexport const watts = stat;\n"],
  'one-door-dashboard-sdk': ['dashboard.ts', "import { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';\nexport const dashboard = DashboardBuilder;\n"],
  'energy-and-processor-meet-outside': ['/energy-exporter/src/keys.ts', "import { token } from '../../log-processor/src/keys/tokens.ts';\nexport const keys = token;\n"],
  'processor-does-not-know-energy': ['energy.ts', "import { grid } from '../../energy-exporter/src/intensity/grid.ts';\nexport const energy = grid;\n"],
  'energy-rooms-do-not-know-one-another': ['/energy-exporter/src/sensors/grid.ts', "import { grid } from '../intensity/grid.ts';\nexport const sensor = grid;\n"],
  'one-door-co2': ['carbon.ts', "import { co2 } from '@tgwf/co2';\nexport const carbon = co2;\n"],
  'one-door-opentelemetry': ['/energy-exporter/src/sensors/otel.ts', "import { diag } from '@opentelemetry/api';\nexport const voice = diag;\n"],
  'one-door-grid-tables': ['/energy-exporter/src/sensors/table.ts', "import { co2 } from '@tgwf/co2';\nexport const table = co2;\n"],
  'one-door-digest': ['/energy-exporter/src/otlp/hash.ts', "import { createHash } from 'node:crypto';\nexport const hash = createHash;\n"],
  'one-door-http': ['/energy-exporter/src/sensors/ask.ts', "import { get } from 'node:http';\nexport const ask = get;\n"],
  'one-door-sqlite': ['account/table.ts', "import { DatabaseSync } from 'node:sqlite';\nexport const table = DatabaseSync;\n"],
};
const companions: Readonly<Record<string, string>> = {
  'record.test.ts': 'export const line = 1;\n',
  '/grafana/src/panels/stat.ts': 'export const stat = 1;\n',
  '/energy-exporter/src/intensity/grid.ts': 'export const grid = 1;\n',
  'ledger.ts': "import { audience } from './audience.ts';\nexport const ledger = (): unknown => audience;\n",
};

type Violation = { readonly rule: string; readonly from: string };

let house = '';
let found: Violation[] = [];

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'tidewatch-law-'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) cpSync(join(root, name), join(house, name));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  mkdirSync(join(house, 'energy-exporter'));
  cpSync(join(root, 'energy-exporter', 'import-law.cjs'), join(house, 'energy-exporter', 'import-law.cjs'));
  build(lawful);
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

describe('the import law', () => {
  test('a lawful house has no violation', () => {
    expect(cruise()).toEqual([]);
  });

  describe('in a house where every rule is broken once', () => {
    beforeAll(() => {
      build(companions);
      build(Object.fromEntries(Object.values(violations)));
      found = cruise();
    });

    test.each(Object.entries(violations))('%s is caught', (rule, [path]) => {
      expect(found).toContainEqual({ rule, from: inHouse(path) });
    });

    test('no rule is without its violation here, and no violation without its rule', () => {
      expect(Object.keys(violations).sort()).toEqual(ruleNames().sort());
    });
  });
});

/** From the root of the house. */
function inHouse(path: string): string {
  return path.startsWith('/') ? path.slice(1) : `log-processor/src/${path}`;
}

function build(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(house, inHouse(path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function cruise(): Violation[] {
  const program = join(root, 'node_modules', '.bin', 'depcruise');
  const run = spawnSync(program, ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'log-processor', 'energy-exporter', 'grafana'], { cwd: house, encoding: 'utf8' });
  const result: unknown = JSON.parse(run.stdout);
  const violations = at(at(result, 'summary'), 'violations');
  if (!Array.isArray(violations)) throw new Error(`depcruise gave no result: ${run.stderr}`);
  return violations.map((violation: unknown) => ({ rule: String(at(at(violation, 'rule'), 'name')), from: String(at(violation, 'from')) }));
}

function ruleNames(): string[] {
  const law: unknown = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));
  const forbidden = at(law, 'forbidden');
  return Array.isArray(forbidden) ? forbidden.map((rule: unknown) => String(at(rule, 'name'))) : [];
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
