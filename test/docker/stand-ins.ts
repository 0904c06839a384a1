/**
 * Builds stand-ins for the images that compose.yaml and the Dockerfiles name, from the real servers of tools/ and Debian, because a test
 * machine can pull none. What a stand-in proves is that our file starts this server with this user, these mounts and these limits; what it
 * cannot prove is anything about the image itself. Grafana's holds no server unless
 * GRAFANA_HOME names one; Kepler has none: docs/installation.md says what that leaves open.
 */
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './outcome.ts';
import { addBusybox, addFolder, addProgram, addRuntime, newRoot, program } from './root-folder.ts';

type StandIn = {
  /** Fills the root folder. */
  readonly fill: (folder: string) => Promise<void> | void;
  /** Dockerfile instructions for `docker import --change`. */
  readonly changes: readonly string[];
};

const entry = (...words: string[]): string => `ENTRYPOINT ${JSON.stringify(words)}`;
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** A server alone in its image, as Loki and the collector are. */
const alone = (name: string, target: string): StandIn => ({ fill: (folder) => addProgram(folder, name, target), changes: [entry(target)] });

/** A server beside busybox, as the images of Prometheus are. */
const withBusybox = (name: string, target: string): StandIn => ({
  fill: async (folder) => {
    await addProgram(folder, name, target);
    addBusybox(folder);
  },
  changes: [entry(target)],
});

/** Folder with a built Grafana (bin/grafana, conf/, public/), where this machine has one: `GRAFANA_HOME=... npm run drill`. */
export const realGrafana: string | null = process.env['GRAFANA_HOME'] ?? null;

/** It answers the health check and nothing else, and reads its secrets as Grafana does. */
const grafanaSilhouette: StandIn = {
  fill: (folder) => {
    addBusybox(folder);
    mkdirSync(join(folder, 'stand-in/api'), { recursive: true });
    writeFileSync(join(folder, 'stand-in/api/health'), '{"database":"ok","version":"stand-in: no Grafana"}\n');
  },
  changes: [entry('/bin/sh', '-c', 'test -s /run/secrets/admin-password && cat "$GF_PATHS_CONFIG" /run/secrets/secret-key > /dev/null && exec busybox httpd -f -p 3000 -h /stand-in')],
};

/** What the start script of the image does, as far as our file uses it: `NAME__FILE` is read into `NAME`, and paths are the image's. */
const grafanaStart = `#!/bin/sh
for name in $(env | sed -n 's/^\\(GF_[A-Z0-9_]*\\)__FILE=.*/\\1/p'); do
  eval "file=\\$\${name}__FILE"
  export "$name=$(cat "$file")" || exit 1
  unset "\${name}__FILE"
done
exec /usr/share/grafana/bin/grafana server --homepath=/usr/share/grafana --config="$GF_PATHS_CONFIG" cfg:default.log.mode=console cfg:default.paths.data=/var/lib/grafana cfg:default.paths.logs=/var/log/grafana cfg:default.paths.plugins=/var/lib/grafana/plugins cfg:default.paths.provisioning="$GF_PATHS_PROVISIONING"
`;

const grafanaFrom = (home: string): StandIn => ({
  fill: async (folder) => {
    await addProgram(folder, join(home, 'bin', 'grafana'), '/usr/share/grafana/bin/grafana');
    for (const part of ['conf', 'public']) await addFolder(folder, join(home, part), { target: `/usr/share/grafana/${part}` });
    addBusybox(folder);
    writeFileSync(join(folder, 'run.sh'), grafanaStart, { mode: 0o755 });
  },
  changes: [entry('/bin/sh', '/run.sh')],
});

const repositories: Readonly<Record<string, StandIn>> = {
  nginx: {
    fill: async (folder) => {
      await addProgram(folder, 'nginx', '/usr/sbin/nginx');
      await addFolder(folder, '/etc/nginx');
      mkdirSync(join(folder, 'var/log/nginx-access'), { recursive: true });
      addBusybox(folder);
    },
    changes: ['ENV PATH=/usr/sbin:/usr/bin:/bin'],
  },
  'grafana/loki': alone('loki', '/usr/bin/loki'),
  'grafana/promtail': {
    fill: async (folder) => {
      await addProgram(folder, 'promtail', '/usr/bin/promtail');
      await addProgram(folder, 'bash', '/bin/bash');
      addBusybox(folder);
    },
    changes: [entry('/usr/bin/promtail')],
  },
  'prom/prometheus': withBusybox('prometheus', '/bin/prometheus'),
  'prom/alertmanager': withBusybox('alertmanager', '/bin/alertmanager'),
  'prom/node-exporter': withBusybox('node_exporter', '/bin/node_exporter'),
  'otel/opentelemetry-collector-contrib': alone('otelcol', '/otelcol-contrib'),
  'grafana/grafana': realGrafana === null ? grafanaSilhouette : grafanaFrom(realGrafana),
  node: {
    fill: async (folder) => {
      await addProgram(folder, process.execPath, '/usr/local/bin/node');
      await addRuntime(folder);
      await addFolder(folder, npmFolder(), { target: '/usr/local/lib/node_modules/npm' });
      symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'));
      symlinkSync('/bin/env', join(folder, 'usr/bin/env'));
      addBusybox(folder);
    },
    changes: ['ENV PATH=/usr/local/bin:/usr/bin:/bin', `ENV NODE_EXTRA_CA_CERTS=${certificates} NPM_CONFIG_CAFILE=${certificates}`, 'CMD ["node"]'],
  },
  python: {
    fill: async (folder) => {
      const home = (await mustRun('python3', ['-c', 'import sys; print(f"/usr/lib/python{sys.version_info[0]}.{sys.version_info[1]}")'])).trim();
      await addProgram(folder, '/usr/bin/python3', '/usr/bin/python3');
      await addRuntime(folder);
      await addFolder(folder, home, { leaveOut: /\/(?:__pycache__|test|idlelib|lib2to3|config-[^/]*)(?:\/|$)/ });
      await addFolder(folder, '/usr/lib/python3/dist-packages/pip', { leaveOut: /__pycache__/ });
      symlinkSync('python3', join(folder, 'usr/bin/python'));
      writeFileSync(join(folder, 'usr/bin/pip'), '#!/bin/sh\nexec python3 -m pip "$@"\n', { mode: 0o755 });
      addBusybox(folder);
    },
    changes: ['ENV PATH=/usr/bin:/bin', `ENV PIP_CERT=${certificates} PIP_BREAK_SYSTEM_PACKAGES=1`, 'CMD ["python3"]'],
  },
};

/** Names of images without a version that a stand-in exists for. */
export const standInNames: readonly string[] = Object.keys(repositories);

/** Builds the stand-in for `image` (such as `grafana/loki:3.7.8`) under that very name. @throws Error when there is none for it */
export async function buildStandIn(docker: readonly string[], image: string, scratch: string): Promise<void> {
  const [repository = ''] = image.split(':');
  const standIn = repositories[repository];
  if (standIn === undefined) throw new Error(`no stand-in for ${image}: there is one for ${standInNames.join(', ')}`);
  const folder = join(scratch, repository.replaceAll('/', '-'));
  newRoot(folder);
  await standIn.fill(folder);
  const [client = 'docker', ...flags] = docker;
  const changes = standIn.changes.flatMap((change) => ['--change', change]);
  const words = [client, ...flags, 'import', ...changes, '-', image].map(quoted).join(' ');
  await mustRun('/bin/sh', ['-c', `tar --numeric-owner --owner=0 --group=0 -C ${quoted(folder)} -c . | ${words}`]);
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** The npm of this machine: `bin/npm-cli.js` in it is what the command is a link to. */
const npmFolder = (): string => join(realpathSync(program('npm')), '..', '..');
