/** The shipped Compose file keeps every rule of hardening, and every rule fails when it is broken once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkCompose } from './check-compose.ts';
import { readCompose } from './compose-file.ts';
import { serviceRules } from './service-rules.ts';
import { stackRules } from './stack-rules.ts';

const shipped = readFileSync(join(import.meta.dirname, '..', '..', 'compose.yaml'), 'utf8');

test('the shipped file keeps every rule', () => {
  expect(checkCompose(readCompose(shipped))).toEqual([]);
});

/** What to put in place of what in the shipped text, and the one mistake that follows. The service is Loki's unless the rule is about another. */
const loki = (from: string, to: string): [string, string] => {
  const start = shipped.indexOf('\n  loki:\n');
  const end = shipped.indexOf('\n\n', start + 10);
  const block = shipped.slice(start, end);
  if (!block.includes(from)) throw new Error(`no ${from} in the block of loki`);
  return [block, block.replace(from, to)];
};

const breaks: Readonly<Record<string, [string, string]>> = {
  image: loki('grafana/loki:3.7.8', 'grafana/loki:latest'),
  pull_policy: loki('<<: *hardened', '<<: *hardened\n    build: { context: . }'),
  user: loki("user: '10001:10001'", "user: '0:0'"),
  read_only: loki('<<: *hardened', '<<: *hardened\n    read_only: false'),
  cap_drop: loki('<<: *hardened', '<<: *hardened\n    cap_drop: [NET_RAW]'),
  cap_add: loki('<<: *hardened', '<<: *hardened\n    cap_add: [NET_ADMIN]'),
  privileged: loki('<<: *hardened', '<<: *hardened\n    privileged: true'),
  security_opt: loki('<<: *hardened', '<<: *hardened\n    security_opt: [no-new-privileges:true, seccomp:unconfined]'),
  memory: loki('memory: 1024M, ', ''),
  cpus: loki("cpus: '1.00', ", ''),
  pids: loki(', pids: 256', ''),
  core: loki('<<: *hardened', '<<: *hardened\n    ulimits: { nofile: 1024 }'),
  healthcheck: loki('test: [CMD, /usr/bin/loki, -health]', 'disable: true'),
  restart: loki('<<: *hardened', '<<: *hardened\n    restart: always'),
  logging: loki('<<: *hardened', '<<: *hardened\n    logging: { driver: json-file }'),
  hostname: loki('hostname: loki', 'hostname: store'),
  network_mode: loki('networks: [ingest, observe]', 'network_mode: host'),
  pid: loki('<<: *hardened', '<<: *hardened\n    pid: host'),
  cgroup: loki('<<: *hardened', '<<: *hardened\n    cgroup: host'),
  socket: loki('- loki-data:/loki', '- loki-data:/loki\n      - ./docker.sock:/var/run/docker.sock:ro'),
  volumes: loki('- loki-data:/loki', '- loki-data:/loki\n      - /etc:/host/etc:ro'),
  writable: loki('./loki:/etc/loki:ro', './loki:/etc/loki'),
  tmpfs: loki('/tmp:mode=1777,size=64m', '/tmp:mode=1777'),
  environment: loki('<<: *hardened', '<<: *hardened\n    environment: { S3_SECRET: abc }'),
  form: loki('- loki-data:/loki', '- loki-data:/loki\n      - { type: bind, source: /etc, target: /host }'),
  group_add: loki('<<: *hardened', "<<: *hardened\n    group_add: ['0']"),
  folder: loki('- ./loki:/etc/loki:ro', '- .:/etc/loki:ro'),
  command: loki('command: [-config.file=/etc/loki/loki.yaml]', 'command: [-config.file=/etc/loki/loki.yaml, -store.s3-secret=abc]'),
  known: loki('<<: *hardened', '<<: *hardened\n    container_name: loki'),
};

describe('every rule of a service is broken once', () => {
  test.each(serviceRules)('$key: $says', ({ key, says }) => {
    const [from, to] = breaks[key] ?? ['', ''];
    expect(from).not.toBe('');
    expect(checkCompose(readCompose(shipped.replace(from, () => to)))).toContain(`loki: ${says}`);
  });
  test('and no break is left over', () => expect(Object.keys(breaks).sort()).toEqual(serviceRules.map(({ key }) => key).sort()));
});

const stackBreaks: readonly (readonly [number, string, string])[] = [
  [0, 'name: tidewatch\n', "name: tidewatch\nversion: '3'\n"],
  [1, 'ingest: { internal: true }', 'ingest: {}'],
  [2, ...loki('networks: [ingest, observe]', 'networks: [ingest, observe, egress]')],
  [3, ...loki('networks: [ingest, observe]', 'networks: [default]')],
  [4, ...loki('networks: [ingest, observe]', "networks: [ingest, observe]\n    ports: ['127.0.0.1:3100:3100']")],
  [5, '127.0.0.1:${GRAFANA_PORT:-3000}:3000', '0.0.0.0:${GRAFANA_PORT:-3000}:3000'],
  [6, '127.0.0.1:${GRAFANA_PORT:-3000}:3000', '3000:3000'],
  [7, 'GF_PATHS_CONFIG', 'X'],
  [8, ...loki('- loki-data:/loki', '- loki-data:/loki\n      - processor-keys:/keys:ro')],
  [9, ...loki("user: '10001:10001'", "user: '10107:10001'")],
  [10, ...loki('depends_on:\n      setup: { condition: service_completed_successfully }', 'depends_on: [setup]')],
  [11, '  agent-positions: {}', '  agent-positions: {}\n  forgotten: {}'],
  [12, '--web.listen-address=${OBSERVE_GATEWAY:-10.213.94.1}:9100', '--web.listen-address=:9100'],
  [14, 'energy-exporter/energy.yaml:/etc/tidewatch/energy.yaml:ro\n      - /sys', 'energy-exporter/energy.yaml:/etc/tidewatch/energy.yaml:ro\n      - /etc'],
  [15, 'SYS_PTRACE]', 'SYS_PTRACE, SYS_ADMIN]'],
  [16, 'network_mode: none', 'networks: [ingest]'],
  [17, '  loki-data: {}', '  loki-data: { driver_opts: { type: none, o: bind, device: / } }'],
  [18, 'ingest: { internal: true }', 'ingest: { internal: true, driver: host }'],
  [19, 'GF_PATHS_CONFIG:', "GF_AUTH_ANONYMOUS_ENABLED: 'true'\n      GF_PATHS_CONFIG:"],
  [20, '${GRAFANA_URL:-http://localhost:3000/grafana/}', '${GRAFANA_URL}'],
  [13, '${OBSERVE_SUBNET:-10.213.94.0/24}', '${OBSERVE_SUBNET:-172.30.94.0/24}'],
];

describe('every rule of the whole is broken once', () => {
  test.each(stackRules.map(({ says }, index) => [says, index] as const))('%s', (says, index) => {
    const [, from, to] = stackBreaks.find(([place]) => place === index) ?? [index, '', ''];
    const broken = index === 7 ? shipped.replace('- grafana-data:/var/lib/grafana', '- grafana-data:/var/lib/grafana\n      - access-logs:/logs:ro') : shipped.replace(from, () => to);
    expect(broken).not.toBe(shipped);
    expect(checkCompose(readCompose(broken)).some((mistake) => mistake.endsWith(`: ${says}`))).toBe(true);
  });
});

describe('ways around a rule', () => {
  test.each([
    ['memory', ...loki('memory: 1024M', 'memory: 0M')],
    ['healthcheck', ...loki('test: [CMD, /usr/bin/loki, -health]', "test: [CMD-SHELL, 'exit 0']")],
    ['healthcheck', ...loki('test: [CMD, /usr/bin/loki, -health]', "test: [CMD, 'true', x]")],
    ['logging', ...loki('<<: *hardened', "<<: *hardened\n    logging: { driver: json-file, options: { max-size: '-1', max-file: '3' } }")],
    ['form', ...loki("tmpfs: ['/tmp:mode=1777,size=64m']", 'tmpfs: /tmp')],
    ['folder', ...loki('- loki-data:/loki', '- loki-data:/loki\n      - ./loki/../..:/x:ro')],
    ['environment', ...loki('<<: *hardened', '<<: *hardened\n    environment: { DB_PASS: abc }')],
    ...['uts: host', 'post_start: [{ command: [sh], user: root, privileged: true }]', 'gpus: all', 'oom_kill_disable: true', 'cgroup_parent: x', 'runtime: x', 'mem_limit: 1g', 'extends: { service: grafana }', 'tty: true'].map(
      (key) => ['known', ...loki('<<: *hardened', `<<: *hardened\n    ${key}`)] as const,
    ),
  ] as const)('%s', (key, from, to) => {
    const { says } = serviceRules.find((rule) => rule.key === key) ?? { says: 'none' };
    expect(checkCompose(readCompose(shipped.replace(from, () => to)))).toContain(`loki: ${says}`);
  });

  test.each([
    ['loki', ...loki('networks: [ingest, observe]', 'networks: [ingest, observe, app]')],
    ['nginx', 'networks: [edge, app, live]', 'networks: [edge, app, live, observe]'],
    ['processor', 'networks: [ingest, observe, live]', 'networks: [ingest, observe, live, edge]'],
  ])('%s on a network of others', (name, from, to) => {
    expect(checkCompose(readCompose(shipped.replace(from, () => to)))).toContain(`${name}: every network has its own members and nobody else`);
  });
});

describe('exceptions', () => {
  test('one without a reason does not count', () => {
    const broken = shipped.replace(/cgroup: With a control group space[^\n]*/, "cgroup: ''");
    expect(checkCompose(readCompose(broken))).toContain('kepler: it sees its own control group only');
  });
  test('one that nobody permitted is a mistake', () => {
    const [from, to] = loki('hostname: loki', 'hostname: loki\n    x-exception: { user: because it is so much easier that way }');
    expect(checkCompose(readCompose(shipped.replace(from, () => to)))).toContain('loki: its exception from `user` is not permitted');
  });
  test('one that nobody needs any more is a mistake', () => {
    const broken = shipped.replace('    cgroup: host\n', '');
    expect(checkCompose(readCompose(broken))).toContain('kepler: its exception from `cgroup` is needless');
  });
});
