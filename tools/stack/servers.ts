/** The servers of compose.yaml as plain processes: which program, which flags, and how it is known that one is ready. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtServersFolder, findServer } from '../find-server.ts';
import { platformPython } from '../prepare-platform.ts';
import type { Found, Server } from './found.ts';
import { grafanaHome, grafanaServer } from './grafana.ts';
import { addressOf, checkout, placed } from './place.ts';
import type { Place } from './place.ts';

/** Writes the placed configuration and answers with its path. */
export function place(shipped: string, where: Place): string {
  const path = join(where.folder, 'config', shipped);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, placed(readFileSync(join(checkout, shipped), 'utf8'), where));
  return path;
}

/** In the order in which they start: Promtail is ready only when there is a log to ship. */
export function servers(where: Place): Found[] {
  const makers: readonly (readonly [string, (where: Place) => Found])[] = [
    ['loki', loki], ['processor', processor], ['alertmanager', alertmanager], ['node-exporter', nodeExporter],
    ['otel-collector', collector], ['prometheus', prometheus], ['platform', platform], ['nginx', nginx], ['promtail', promtail], ['energy', energy],
    ['grafana', grafana],
  ]; // prettier-ignore
  for (const name of ['access', 'errors', 'platform', 'containers', 'existing']) mkdirSync(join(where.folder, 'logs', name), { recursive: true });
  return makers.map(([, make]) => make(where));
}

/** Built from tools/ first: an older one of this machine would not know our files. */
function built(name: string): string | null {
  const path = join(builtServersFolder, name);
  return existsSync(path) ? path : findServer(name);
}

function server(name: string, program: string | null, rest: Omit<Server, 'name' | 'program'>): Found {
  return program === null ? { name, missing: 'npm test builds or installs it' } : { name, program, ...rest };
}

function loki(where: Place): Found {
  const data = join(where.folder, 'loki');
  const flags = [
    `-config.file=${place('loki/loki.yaml', where)}`, `-common.path-prefix=${data}`, `-common.storage.filesystem.chunk-directory=${join(data, 'chunks')}`,
    `-compactor.working-directory=${join(data, 'compactor')}`, `-ruler.wal.dir=${join(data, 'ruler-wal')}`,
    '-server.http-listen-address=127.0.0.1', '-server.grpc-listen-address=127.0.0.1', `-server.http-listen-port=${where.ports['loki:3100'] ?? 0}`, `-server.grpc-listen-port=${where.ports['loki:9095'] ?? 0}`,
  ]; // prettier-ignore
  return server('loki', built('loki'), { args: flags, readyUrl: `http://${addressOf(where, 'loki:3100')}/ready` });
}

function processor(where: Place): Found {
  for (const name of ['state', 'keys']) mkdirSync(join(where.folder, 'tidewatch', name), { recursive: true, mode: 0o700 });
  const args = ['--disable-warning=ExperimentalWarning', join(checkout, 'log-processor', 'src', 'main.ts'), 'run', '--config', place('log-processor/tidewatch.yaml', where)];
  return { name: 'processor', program: process.execPath, args, readyUrl: `http://${addressOf(where, 'processor:9464')}/healthz` };
}

function promtail(where: Place): Found {
  mkdirSync(join(where.folder, 'promtail'), { recursive: true });
  return server('promtail', built('promtail'), { args: [`-config.file=${place('promtail/promtail.yaml', where)}`], readyUrl: `http://${addressOf(where, 'promtail:9080')}/ready` });
}

function alertmanager(where: Place): Found {
  const config = place('alertmanager/alertmanager.yaml', where);
  // Its templates are named relative to the configuration.
  cpSync(join(checkout, 'alertmanager', 'templates'), join(config, '..', 'templates'), { recursive: true });
  const args = [`--config.file=${config}`, `--storage.path=${join(where.folder, 'alertmanager')}`, '--cluster.listen-address=', `--web.listen-address=${addressOf(where, 'alertmanager:9093')}`];
  return server('alertmanager', built('alertmanager'), { args, readyUrl: `http://${addressOf(where, 'alertmanager:9093')}/-/ready` });
}

function nodeExporter(where: Place): Found {
  return server('node-exporter', built('node_exporter'), { args: [`--web.listen-address=${addressOf(where, 'node-exporter:9100')}`, '--web.disable-exporter-metrics'], readyUrl: `http://${addressOf(where, 'node-exporter:9100')}/` });
}

function collector(where: Place): Found {
  const env = {
    COLLECTOR_HEALTH_ENDPOINT: addressOf(where, 'otel-collector:13133'),
    COLLECTOR_OTLP_HTTP_ENDPOINT: addressOf(where, 'otel-collector:4318'),
    COLLECTOR_OTLP_GRPC_ENDPOINT: addressOf(where, 'otel-collector:4317'),
    COLLECTOR_PROMETHEUS_ENDPOINT: addressOf(where, 'otel-collector:8889'),
    COLLECTOR_INTERNAL_HOST: '127.0.0.1',
    COLLECTOR_INTERNAL_PORT: String(where.ports['otel-collector:8888'] ?? 0),
  };
  return server('otel-collector', built('otelcol'), { args: [`--config=${place('otel-collector/config.yaml', where)}`], env, readyUrl: `http://${addressOf(where, 'otel-collector:13133')}/` });
}

function prometheus(where: Place): Found {
  const config = place('prometheus/prometheus.yaml', where);
  // Its rules are named relative to the configuration.
  cpSync(join(checkout, 'prometheus', 'rules'), join(where.folder, 'config', 'prometheus', 'rules'), { recursive: true });
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(where.folder, 'prometheus')}`, '--web.enable-remote-write-receiver', `--web.listen-address=${addressOf(where, 'prometheus:9090')}`];
  return server('prometheus', built('prometheus'), { args, readyUrl: `http://${addressOf(where, 'prometheus:9090')}/-/ready` });
}

function platform(where: Place): Found {
  const env = { OCEAN_BODY_BIND: addressOf(where, 'platform:8000'), OTEL_EXPORTER_OTLP_ENDPOINT: `http://${addressOf(where, 'otel-collector:4318')}`, OCEAN_BODY_LOG_FOLDER: join(where.folder, 'logs', 'platform') };
  return server('platform', platformPython(), { args: ['-m', 'gunicorn'], env, cwd: join(checkout, 'platform'), readyUrl: `http://${addressOf(where, 'platform:8000')}/api/health` });
}

function nginx(where: Place): Found {
  const conf = place('nginx/nginx.conf', where);
  for (const name of readdirSync(join(checkout, 'nginx', 'conf.d'))) {
    mkdirSync(join(where.folder, 'nginx', 'conf.d'), { recursive: true });
    writeFileSync(join(where.folder, 'nginx', 'conf.d', name), placed(readFileSync(join(checkout, 'nginx', 'conf.d', name), 'utf8'), where));
  }
  const site = place('nginx/site.conf', where);
  const headers = readFileSync(site, 'utf8').replaceAll(join(checkout, 'nginx', 'security-headers.conf'), place('nginx/security-headers.conf', where));
  writeFileSync(site, headers);
  const program = findServer('nginx');
  const env = {
    ...(program === null ? {} : { NGINX_PROGRAM: program }), NGINX_CONF: conf, NGINX_RUN: join(where.folder, 'nginx', 'run'), NGINX_ACCESS_LOG: join(where.folder, 'logs', 'access', 'access.json.log'),
    NGINX_ERROR_FOLDER: join(where.folder, 'logs', 'errors'), NGINX_SITE: site,
    HTTP_LISTEN: addressOf(where, 'nginx:8080'), PLATFORM_UPSTREAM: addressOf(where, 'platform:8000'), GRAFANA_UPSTREAM: addressOf(where, 'grafana:3000'), PROCESSOR_UPSTREAM: addressOf(where, 'processor:9464'),
    RESOLVER: '127.0.0.1', LIVE_PAGE_PUBLIC: 'true', TLS_FOLDER: join(where.folder, 'no-tls'),
    // Started by root, its workers would be somebody else, who cannot open the next log in a folder of root's.
    ...(process.getuid?.() === 0 ? { NGINX_DIRECTIVES: 'user root;' } : {}),
  }; // prettier-ignore
  return server('nginx', program === null ? null : '/bin/sh', { args: [join(checkout, 'nginx', 'start.sh')], env, readyUrl: `http://${addressOf(where, 'nginx:8081')}/healthz` });
}

const grafana = (where: Place): Found => grafanaServer(grafanaHome(), where, (shipped) => place(shipped, where));

function energy(where: Place): Found {
  const args = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--max-old-space-size=64', join(checkout, 'energy-exporter', 'src', 'main.ts'), 'energy', '--config', place('energy-exporter/energy.yaml', where)];
  return { name: 'energy', program: process.execPath, args, readyUrl: `http://${addressOf(where, 'energy:9465')}/healthz` };
}
