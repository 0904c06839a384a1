/** Gets a machine ready for the tests: installs the Debian packages and builds the servers they run against, and says what stays missing. */
import { buildServer, isBuilt, whyGoCannotBuild } from './build-servers.ts';
import { findServer } from './find-server.ts';
import { platformPython, preparePlatform } from './prepare-platform.ts';
import { runCommand } from './run-command.ts';

/** Programs that tests start, and the Debian package of each. (GoAccess is for the benches only and is not fetched.) */
const debianPackages: Readonly<Record<string, string>> = {
  nginx: 'nginx-light',
  logrotate: 'logrotate',
  openssl: 'openssl',
  faketime: 'faketime',
  dockerd: 'docker.io',
  iptables: 'iptables',
  busybox: 'busybox-static',
  shellcheck: 'shellcheck',
  chromium: 'chromium',
};

/** Servers that tests start, and their folder in tools/. */
const builtServers: Readonly<Record<string, string>> = {
  loki: 'loki',
  logcli: 'loki',
  lokitool: 'loki',
  promtail: 'promtail',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  node_exporter: 'node-exporter',
  otelcol: 'otel-collector',
  alertmanager: 'alertmanager',
  amtool: 'alertmanager',
  'docker-compose': 'compose',
};

/** What is still missing afterwards, each as a half sentence; empty when every test can run. */
export async function prepareMachine(say: (line: string) => void): Promise<string[]> {
  await installPackages(say);
  const why = await buildServers(say);
  await preparePlatform(say, install);
  const missing = [
    ...absent(debianPackages).map((name) => `${name} (Debian package ${debianPackages[name] ?? name})`),
    ...absent(builtServers).map((name) => `a real ${name} (${why ?? 'its build failed: see above'})`),
    ...(platformPython() === null ? ['a Python environment for platform/ (python3 with venv, and PyPI)'] : []),
  ];
  for (const what of missing) say(`!! NOT HERE, so its tests cannot run: ${what}`);
  return missing;
}

async function installPackages(say: (line: string) => void): Promise<void> {
  const packages = [...new Set(absent(debianPackages).map((name) => debianPackages[name] ?? name))];
  if (packages.length === 0) return;
  await install(packages, say);
}

/** Installs Debian packages where that is allowed, and says so where it is not. */
async function install(packages: readonly string[], say: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0 || findServer('apt-get') === null) {
    say(`to run every test: apt-get install ${packages.join(' ')} (this needs root on Debian)`);
    return;
  }
  say(`installing Debian packages: ${packages.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const show = { env, onLine: (line: string) => say(`apt-get: ${line}`) };
  if ((await runCommand('apt-get', ['-qq', 'update'], show)) !== 0) say('apt-get update failed; trying with the lists that are there');
  const policy = ['-o', 'Dpkg::Options::=--force-confold', '-o', 'Dpkg::Use-Pty=0'];
  const code = await runCommand('apt-get', ['-qq', '--no-install-recommends', ...policy, 'install', '-y', ...packages], show);
  if (code !== 0) say(`apt-get install failed with exit code ${code}`);
}

/** Null, or why the missing servers could not be built. */
async function buildServers(say: (line: string) => void): Promise<string | null> {
  // Also where the machine has one of its own: the tests mean the pinned versions.
  const folders = [...new Set(Object.values(builtServers))].filter((folder) => !isBuilt(folder));
  if (folders.length === 0) return null;
  const why = await whyGoCannotBuild();
  if (why !== null) return why;
  for (const folder of folders) await buildServer(folder, (line) => say(`tools: ${line}`));
  return null;
}

function absent(programs: Readonly<Record<string, string>>): string[] {
  return Object.keys(programs).filter((name) => findServer(name) === null);
}
