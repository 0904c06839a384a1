/** What docs/nginx.md tells the owner of an nginx that exists: its own block beside Debian's default site answers what the stack then asks. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findServer } from '../../tools/find-server.ts';
import { until } from '../docker/answers.ts';
import { blocksOf, checkout } from './blocks.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-existing-'));
let child: ChildProcess | null = null;
afterAll(async () => {
  const ended = new Promise((done) => (child === null || child.exitCode !== null ? done(null) : child.once('close', done)));
  child?.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});
const skip = findServer('nginx') === null && process.env['CI'] !== 'true';
if (skip) process.stderr.write('SKIPPED: an nginx that exists (no nginx on this machine)\n');

/** A server that listens on a port of its own. */
const listening = async (answer: string): Promise<{ port: number; end: () => void }> => {
  const server = createServer((_, response) => response.end(answer));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, end: () => (server.closeAllConnections(), server.close()) };
};

test.skipIf(skip)('every address that goes into .env is answered by the block, and only what is asked for health leaves a line; Grafana is served with its guards', { timeout: 60_000 }, async () => {
  const settings = new Map(blocksOf('nginx').filter(({ kind }) => kind === 'ini .env').flatMap(({ text }) => text.trim().split('\n')).map((line) => line.split('=') as [string, string]));
  const block = blocksOf('nginx').find(({ kind, text }) => kind === 'nginx http' && text.includes('stub_status'))?.text ?? '';
  const [application, standard, inner] = [await listening('the application'), await listening(''), await listening('')];
  standard.end();
  inner.end();
  const log = join(folder, 'access.json.log');
  const here = block.replaceAll('127.0.0.1:8000', `127.0.0.1:${application.port}`).replace('listen 8081', `listen 127.0.0.1:${inner.port}`).replace('10.213.94.0/24', '127.0.0.0/8').replaceAll('/var/log/nginx/access.json.log', log);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`).join(' ');
  // Grafana for the team, taken over as the guide says.
  const shipped = (name: string): string => readFileSync(join(checkout, 'nginx', name), 'utf8');
  const zones = [...shipped('nginx.conf').matchAll(/^ *limit_\w+_zone [^;]*zone=(?:logins|connections):[^;]*;|^ *map \$http_upgrade [^}]*\}/gm)].map(([text]) => text);
  const team = [...shipped('site.conf').matchAll(/^location [^\n]*\/grafana\/(?:[^\n]*\}$|[^\n]*\{\n.*?^\}$)/gms)].map(([text]) => text.replaceAll('$grafana_upstream', `127.0.0.1:${application.port}`));
  expect([zones.length, team.length]).toEqual([3, 5]);
  const grafana = `${zones.join('\n')} server { listen 127.0.0.1:${standard.port}; server_name team.example; ${team.join('\n')} }`;
  const site = `server { listen 127.0.0.1:${standard.port} default_server; server_name _; return 301 https://my-site.example/; }`;
  writeFileSync(join(folder, 'nginx.conf'), `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {} http { ${paths} include ${join(checkout, 'nginx', 'log-format.conf')}; access_log ${log} tidewatch; ${site}\n${grafana}\n${here} }`);
  child = spawn(findServer('nginx') ?? 'nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const ask = async (setting: string): Promise<string> => {
    const url = new URL(settings.get(setting) ?? '');
    const port = ({ '': standard.port, '8081': inner.port } as Readonly<Record<string, number>>)[url.port] ?? 0;
    const answer = await fetch(`http://127.0.0.1:${port}${url.pathname}`, { redirect: 'manual' });
    return `${answer.status} ${(await answer.text()).slice(0, 18).trim()}`;
  };
  await until('nginx answers', 20, async () => (await ask('NGINX_STATUS_URL')) !== '');
  expect(await ask('NGINX_STATUS_URL')).toBe('200 Active connections');
  for (const setting of ['CHECK_PAGE_URL', 'CHECK_HEALTH_URL', 'CHECK_CERTIFICATE_URL']) expect([setting, await ask(setting)]).toEqual([setting, '200 the application']);
  await until('it is written', 20, () => readFileSync(log, 'utf8').endsWith('\n'));
  expect(readFileSync(log, 'utf8').match(/"request_uri":"[^"]*"/g)).toEqual(['"request_uri":"/healthz"']);
  const statusOf = (path: string): Promise<number> => new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: standard.port, path, headers: { host: 'team.example' } }, (answer) => resolve(answer.resume().statusCode ?? 0)).once('error', reject);
  });
  expect([await statusOf('/grafana/'), await statusOf('/grafana/login'), await statusOf('/grafana/api/datasources/proxy/uid/loki/loki/api/v1/push'), await statusOf('/grafana/a/b/..%2f..'), await statusOf('/grafana/metrics')]).toEqual([200, 200, 403, 403, 404]);
  application.end();
});
