/** The node dashboard against the real node_exporter: it shows every metric of the well-known dashboard, and each exists with its labels. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeMetrics } from '../src/node-metrics.ts';
import { fillVariables } from './fill-variables.ts';
import { madeMachine } from './made-machine.ts';
import { freePort, nodeExporterPath, skipWithoutServers, startProgram, until } from './prometheus-server.ts';
import { questions } from './questions.ts';
import { selectors } from './syntax.ts';

/** Needs the bus of systemd, which a test machine does not have; names and labels read in collector/systemd_linux.go of v1.12.1. */
const onlyWithSystemd = new Set(['node_systemd_units', 'node_systemd_socket_accepted_connections_total', 'node_systemd_socket_current_connections', 'node_systemd_socket_refused_connections_total']);
const shown = new Set(questions().filter(({ panel }) => panel.dashboard === 'tidewatch-node').flatMap(({ target }) => selectors(fillVariables(target.expr, target.instant)).map(({ metric }) => metric)));

test('every metric of the catalogue is on the dashboard', () => {
  expect(Object.keys(nodeMetrics).filter((name) => name !== 'node_uname_info' && !shown.has(name))).toEqual([]);
});

test('the catalogue has the 223 names of the well-known dashboard, one by its present name', () => {
  expect(Object.keys(nodeMetrics).filter((name) => name !== 'node_uname_info').length).toBe(223);
});

describe.skipIf(skipWithoutServers)('the real node_exporter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-node-'));
  const found = new Map<string, Set<string>>();
  const stops: (() => Promise<void>)[] = [];

  const scrape = async (...flags: string[]): Promise<void> => {
    if (nodeExporterPath === null) throw new Error('no node_exporter on PATH or in .tools/bin: npm run tools -- node-exporter');
    const port = await freePort();
    stops.push(startProgram(nodeExporterPath, [`--web.listen-address=127.0.0.1:${port}`, '--collector.processes', '--collector.interrupts', '--collector.tcpstat', ...flags], folder, `node-exporter-${port}`));
    let text = '';
    await until(60_000, async () => (text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()) !== '', 'node_exporter did not answer');
    for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
      const known = found.get(name) ?? new Set<string>();
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
      found.set(name, known);
    }
  };

  beforeAll(async () => {
    for (const [path, content] of Object.entries(madeMachine)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    await scrape();
    await scrape(`--path.sysfs=${join(folder, 'sys')}`, `--path.procfs=${join(folder, 'proc')}`, '--collector.netstat.fields=^Tcp_MaxConn$');
  });
  afterAll(async () => {
    await Promise.all(stops.map((stop) => stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(nodeMetrics).filter(([name]) => !onlyWithSystemd.has(name)))('exports %s with its labels', (name, { labels }) => {
    expect([...(found.get(name) ?? [])].sort()).toEqual([...labels].sort());
  });
});
