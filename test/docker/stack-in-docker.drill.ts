/** The stack that people start: the unchanged compose.yaml, under a real Docker, with real servers in stand-in images (see stand-ins.ts). */
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lokiLines, prometheusValue, until } from './answers.ts';
import { prepareStack } from './compose-stack.ts';
import type { ComposeStack } from './compose-stack.ts';
import { whyNoDaemon } from './daemon.ts';
import { realGrafana } from './stand-ins.ts';
import { Traffic } from './traffic.ts';
import { watchUse } from './use.ts';

const why = whyNoDaemon();
if (why !== null) process.stderr.write(`SKIPPED: the stack in Docker (${why})\n`);

describe.skipIf(why !== null && process.env['CI'] !== 'true')('compose.yaml in Docker', { timeout: 180_000 }, () => {
  let stack: ComposeStack;
  let traffic: Traffic;
  let upSeconds = 0;
  const visit = (path: string): Promise<number> => traffic.visit(path);
  const accessLines = (): Promise<string[]> => lokiLines(stack, '{stream="access"}');

  beforeAll(async () => {
    if (why !== null) throw new Error(`the stack cannot be tested here: ${why}`);
    stack = await prepareStack();
    upSeconds = await stack.up();
    traffic = new Traffic(stack);
  }, 900_000);
  afterAll(() => stack.remove(), 120_000);

  test('every default service runs, and every one with a health check is healthy', async () => {
    const found = await traffic.services();
    expect([...found.keys()].sort()).toEqual(['alertmanager', 'energy', 'grafana', 'loki', 'nginx', 'node-exporter', 'otel-collector', 'platform', 'processor', 'prometheus', 'promtail', 'setup']);
    expect(found.get('setup')).toMatchObject({ state: 'exited', exit: 0 });
    for (const [name, { state, health }] of found) if (name !== 'setup') expect([name, state, health]).toEqual([name, 'running', name === 'otel-collector' ? '' : 'healthy']);
    expect(await stack.inside('prometheus', 'wget', '-q', '-O', '-', 'http://otel-collector:13133/')).toContain('Server available');
  });

  test('from nothing to the first answered query takes less than 90 seconds', async () => {
    const first = await until('a query is answered', 60, async () => (await prometheusValue(stack, 'up{job="tidewatch-processor"}')) === 1);
    expect(upSeconds + first).toBeLessThan(90);
  });

  test('a request through nginx is a line in Loki, without its address, and a number in Prometheus within ten seconds', async () => {
    const before = (await prometheusValue(stack, 'sum(web_requests_total{site="ocean-body"})')) ?? 0;
    const startMs = performance.now();
    expect(await visit('/stories/salt?from=192.0.2.55')).toBe(200);
    await until('it is in Loki', 10, async () => (await accessLines()).some((line) => line.includes('"path":"/stories/salt"')));
    await until('it is in Prometheus', 10, async () => ((await prometheusValue(stack, 'sum(web_requests_total{site="ocean-body"})')) ?? 0) > before);
    expect((performance.now() - startMs) / 1000).toBeLessThan(10);
    const lines = (await lokiLines(stack, '{job=~".+"}')).join('\n');
    expect(lines).not.toMatch(/\b\d{1,3}(?:\.\d{1,3}){3}\b/);
    expect(await stack.inside('nginx', 'cat', '/var/log/nginx-access/access.json.log')).toMatch(/"remote_addr":"\d+\.\d+\.\d+\.\d+"/); // the search can find one
  });

  test('pages carry their security headers, limits answer 429, and only the public doors are open', async () => {
    const page = await fetch(`http://127.0.0.1:${stack.httpPort}/`);
    traffic.answered += 1;
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect([page.headers.get('x-frame-options'), page.headers.get('referrer-policy'), page.headers.get('server')]).toEqual(['DENY', 'same-origin', 'nginx']);
    expect([await visit('/grafana/api/health'), await visit('/live'), await visit('/grafana/metrics')]).toEqual([realGrafana ? 200 : 404, 404, 404]);
    const statuses = await Promise.all(Array.from({ length: 150 }, () => visit('/api/stories')));
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });

  test('Loki and the other inner services cannot be reached from outside', async () => {
    const published = await stack.docker('ps', '--format', '{{.Names}} {{.Ports}}');
    expect(published.split('\n').filter((line) => line.includes('->')).map((line) => line.split(' ')[0]).sort()).toEqual(['tidewatch-grafana-1', 'tidewatch-nginx-1']);
    await expect(fetch('http://127.0.0.1:3100/ready', { signal: AbortSignal.timeout(3000) })).rejects.toThrow();
    const address = (await stack.docker('inspect', '--format', '{{(index .NetworkSettings.Networks "tidewatch_ingest").IPAddress}}', 'tidewatch-loki-1')).trim();
    expect(address).toMatch(/^\d+\.\d+/);
    // From nginx, the door, and from the application, which a visitor could break into, nothing leads there; what may be reached can be, so the question can be answered.
    expect((await stack.compose('exec', '-T', 'nginx', 'sh', '-c', `nc -w 3 ${address} 3100 < /dev/null`)).code).not.toBe(0);
    expect((await stack.compose('exec', '-T', 'nginx', 'sh', '-c', 'nc -w 3 platform 8000 < /dev/null')).code).toBe(0);
    const open = async (host: string, port: number): Promise<boolean> => (await stack.compose('exec', '-T', 'platform', 'python', '-c', `import socket; socket.create_connection(("${host}", ${port}), 3)`)).code === 0;
    expect(await Promise.all([open('loki', 3100), open(address, 3100), open('processor', 9464), open('prometheus', 9090), open('otel-collector', 4318)])).toEqual([false, false, false, false, true]);
  });

  test('no container can write to its root, gain a privilege or leave a limit', async () => {
    for (const name of ['nginx', 'platform', 'prometheus', 'alertmanager', 'promtail', 'grafana', 'processor', 'energy']) {
      const tried = await stack.compose('exec', '-T', name, 'touch', '/written');
      expect([name, tried.code, /Read-only file system/.test(tried.stderr)]).toEqual([name, 1, true]);
    }
    const template = '{{.Name}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{.Config.User}}';
    const ids = (await stack.mustCompose('ps', '--quiet')).split('\n').filter(Boolean);
    const inspected = (await stack.docker('inspect', '--format', template, ...ids)).trim().split('\n');
    expect(inspected).toHaveLength(11);
    for (const line of inspected) expect(line).toMatch(/^\/tidewatch-\S+ true \[ALL\] \[no-new-privileges:true(?: label=disable)?\] [1-9]\d+ [1-9]\d+ [1-9]\d* [1-9]\d*:[1-9]\d*$/);
    const status = await stack.inside('nginx', 'cat', '/proc/1/status');
    expect(status).toMatch(/^CapEff:\s0+$/m);
    expect(status).toMatch(/^CapBnd:\s0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
    expect(status).toMatch(/^Seccomp:\s2$/m);
  });

  test('raw logs, keys and secrets are closed to everybody but their readers', async () => {
    expect(await stack.inside('nginx', 'ls', '-ld', '/var/log/nginx-access')).toMatch(/^drwxrws--- .* nginx +10101 /);
    expect((await stack.compose('exec', '-T', '-u', '4321:4321', 'nginx', 'cat', '/var/log/nginx-access/access.json.log')).code).not.toBe(0);
    expect((await stack.compose('exec', '-T', '-u', '4321:4321', 'grafana', 'cat', '/run/secrets/admin-password')).code).not.toBe(0);
    expect(await stack.inside('grafana', 'cat', '/run/secrets/admin-password')).toMatch(/^[\w-]{32}$/);
  });

  test('node-exporter sees the interfaces of this machine, on the inner address only', async () => {
    const wanted = Object.keys(networkInterfaces()).find((name) => name !== 'lo' && !/^(?:br-|veth|docker)/.test(name));
    const metrics = await stack.inside('prometheus', 'wget', '-q', '-O', '-', 'http://node-exporter:9100/metrics');
    expect(metrics).toContain(`device="${wanted ?? 'lo'}"`);
    await until('Prometheus has it', 30, async () => (await prometheusValue(stack, 'up{job="node-exporter"}')) === 1);
  });

  test('the platform, nginx and the checks are measured through the collector', async () => {
    await visit('/stories/nothing-of-this-name');
    for (const query of ['http_server_request_duration_seconds_count{http_route="/stories/<slug>"}', 'app_errors_total{kind="not_found"} >= 1', 'nginx_connections_current', 'httpcheck_status{http_status_class="2xx"} == 1', 'process_memory_usage_bytes > 0']) {
      await until(query, 75, async () => (await prometheusValue(stack, query)) !== null);
    }
  });

  test('watts are there on a machine without sensors, labelled as an estimate, and shared out to services by their names', async () => {
    await until('watts of the machine', 200, async () => ((await prometheusValue(stack, 'host:power_watts:selected{reading="estimate"}')) ?? 0) > 0);
    await until('watts of the processor', 90, async () => ((await prometheusValue(stack, 'service:power_watts:avg1m{service="processor"}')) ?? 0) > 0);
    for (const name of ['nginx', 'platform', 'energy', 'loki', 'promtail', 'prometheus', 'alertmanager', 'node-exporter', 'otel-collector']) {
      expect([name, await prometheusValue(stack, `container_cpu_limit{service="${name}"}`)]).not.toEqual([name, null]);
    }
    expect(await prometheusValue(stack, 'abs(sum(service:power_watts:avg1m) - sum(host:power_watts:selected)) < bool 0.001')).toBe(1);
  });

  test('a service that dies comes back by itself, and no line is lost or doubled whichever it is', async () => {
    await traffic.settled(60);
    for (const name of ['processor', 'loki', 'promtail', 'nginx', 'platform', 'energy']) {
      const pid = (await stack.docker('inspect', '--format', '{{.State.Pid}}', `tidewatch-${name}-1`)).trim();
      process.kill(Number(pid), 'SIGKILL');
      for (let number = 0; number < 5; number += 1) await visit(`/stories/${name}`).catch(() => undefined);
      await traffic.back(name, 90);
    }
    expect(await traffic.settled(60)).toBeGreaterThanOrEqual(traffic.answered);
  });

  test('`down` and `up` keep history, and the count goes on', async () => {
    const [lines, password] = [await accessLines(), await stack.inside('grafana', 'cat', '/run/secrets/admin-password')];
    await stack.mustCompose('down', '--timeout', '30');
    expect((await stack.docker('ps', '--all', '--quiet')).trim()).toBe('');
    await stack.up();
    expect((await accessLines()).slice(0, lines.length)).toEqual(lines);
    expect(await stack.inside('grafana', 'cat', '/run/secrets/admin-password')).toBe(password);
    await visit('/about');
    await until('the new line is there', 20, async () => (await accessLines()).length > lines.length);
    expect(await prometheusValue(stack, 'max_over_time(up{job="loki"}[1h])')).toBe(1);
  });

  test('idle, the whole stack fits in 2 GiB', async () => {
    const use = await watchUse(stack, 60);
    const [mebibytes, core] = [use.reduce((sum, one) => sum + one.mebibytes, 0), use.reduce((sum, one) => sum + one.core, 0)];
    const each = use.map((one) => `${one.service} ${one.mebibytes.toFixed(0)} MiB ${(one.core * 100).toFixed(1)} %`).join('; ');
    process.stderr.write(`the stack in Docker, ${realGrafana ? 'with' : 'without'} Grafana: up in ${upSeconds.toFixed(0)} s; idle for a minute ${mebibytes.toFixed(0)} MiB and ${(core * 100).toFixed(1)} % of a core: ${each}\n`);
    expect(use).toHaveLength(11);
    // Grafana's stand-in weighs nothing: a real one was measured at less than this.
    expect(mebibytes + (realGrafana ? 0 : 400)).toBeLessThan(2048);
    expect(core).toBeLessThan(1);
    // The launcher made one process of it; started without, it was 52 MiB.
    expect(use.find(({ service }) => service === 'energy')?.mebibytes).toBeLessThan(48);
    expect((await stack.docker('top', 'tidewatch-energy-1', '-o', 'pid,args')).split('\n').filter((line) => line.includes('main.ts'))).toHaveLength(1);
  });
});
