/** Grafana as a plain process, with the shipped configuration and provisioning, where this machine has one: no registry of packages holds it. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeSecrets } from '../../setup/make-secrets.ts';
import { addressOf, checkout } from './place.ts';
import type { Place } from './place.ts';
import type { Found } from './found.ts';

/** A folder with bin/grafana, conf/ and public/: what GRAFANA_HOME names, else where the packages of Grafana put it. Null where there is none. */
export function grafanaHome(environment: NodeJS.ProcessEnv = process.env): string | null {
  const folder = environment['GRAFANA_HOME'] ?? '/usr/share/grafana';
  return existsSync(join(folder, 'bin', 'grafana')) ? folder : null;
}

/** @param place writes a shipped file with addresses and paths of this machine, and answers with its path */
export function grafanaServer(home: string | null, where: Place, place: (shipped: string) => string): Found {
  if (home === null) return { name: 'grafana', missing: 'no Grafana is installed: GRAFANA_HOME names the folder of one' };
  const data = join(where.folder, 'grafana');
  const secrets = join(data, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  makeSecrets(secrets, { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });
  const served = withRunbooks(home, join(data, 'home'));
  const config = place('grafana/grafana.ini');
  const provisioning = join(place('grafana/provisioning/datasources/tidewatch.yaml'), '..', '..');
  place('grafana/provisioning/dashboards/tidewatch.yaml');
  const [host = '', port = ''] = addressOf(where, 'grafana:3000').split(':');
  const env = {
    GF_PATHS_DATA: data,
    GF_PATHS_LOGS: join(data, 'logs'),
    GF_PATHS_PLUGINS: join(data, 'plugins'),
    GF_PATHS_PROVISIONING: provisioning,
    GF_SERVER_HTTP_ADDR: host,
    GF_SERVER_HTTP_PORT: port,
    GF_SERVER_ROOT_URL: `http://${addressOf(where, 'nginx:8080')}/grafana/`,
    // Plain HTTP on loopback.
    GF_SECURITY_COOKIE_SECURE: 'false',
    // As the image's `__FILE` does.
    GF_SECURITY_ADMIN_PASSWORD: `$__file{${join(secrets, 'admin-password')}}`,
    GF_SECURITY_SECRET_KEY: `$__file{${join(secrets, 'secret-key')}}`,
  };
  return { name: 'grafana', program: join(home, 'bin', 'grafana'), args: ['server', `--homepath=${served}`, `--config=${config}`], env, cwd: served, readyUrl: `http://${host}:${port}/grafana/api/health` };
}

/** The same home with `docs/runbooks` among what is served, as compose.yaml mounts it: there the addresses of alerts lead. @returns `folder`, made anew */
function withRunbooks(home: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'public'), { recursive: true });
  for (const name of readdirSync(home).filter((name) => name !== 'public')) symlinkSync(join(home, name), join(folder, name));
  for (const name of readdirSync(join(home, 'public'))) symlinkSync(join(home, 'public', name), join(folder, 'public', name));
  symlinkSync(join(checkout, 'docs', 'runbooks'), join(folder, 'public', 'runbooks'));
  return folder;
}
