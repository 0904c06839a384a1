/** The shipped nginx, started by the shipped script: what each setting of .env does to it, and what it refuses. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { request as encrypted } from 'node:https';
import { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findServer } from '../tools/find-server.ts';
import { addressOf, checkout, findPlace, placed } from '../tools/stack/place.ts';
import type { Place } from '../tools/stack/place.ts';
import { servers } from '../tools/stack/servers.ts';
import { until } from './docker/answers.ts';
import { outcomeOf } from './docker/outcome.ts';

const skip = (findServer('nginx') === null || findServer('openssl') === null) && process.env['CI'] !== 'true';
if (skip) process.stderr.write('SKIPPED: nginx as it is started (no nginx or openssl on this machine)\n');

describe.skipIf(skip)('nginx/start.sh', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-start-'));
  let place: Place;
  let child: ChildProcess | null = null;
  let applications: Server[] = [];

  /** An application that says its name, and what it was told about its visitor. */
  const application = async (name: string, listener: string): Promise<void> => {
    const server = createServer(({ headers }, response) => response.setHeader('content-security-policy', "style-src 'sha256-AAAA'").end(JSON.stringify({ name, forwarded: headers['x-forwarded-for'] ?? null, proto: headers['x-forwarded-proto'] ?? null })));
    await new Promise<void>((done) => server.listen(Number(addressOf(place, listener).split(':')[1]), '127.0.0.1', done));
    applications.push(server);
  };
  const nginx = (env: Record<string, string> = {}): { args: readonly string[]; env: Record<string, string>; access: string } => {
    const found = servers(place).find(({ name }) => name === 'nginx');
    if (found === undefined || 'missing' in found) throw new Error('no nginx');
    const all = { ...found.env, LIVE_PAGE_PUBLIC: 'false', SERVER_NAME: 'ocean-body.example', TLS_LISTEN: addressOf(place, 'grafana:3000'), ...env };
    return { args: found.args, env: all, access: String(found.env?.['NGINX_ACCESS_LOG']) };
  };
  /** Starts it; the answer is the path of its access log. */
  const start = async (env: Record<string, string> = {}): Promise<string> => {
    const { args, env: all, access } = nginx(env);
    child = spawn('/bin/sh', args, { env: { PATH: process.env['PATH'] ?? '', ...all }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
    await until('nginx answers', 20, async () => (await fetch(`http://${addressOf(place, 'nginx:8081')}/healthz`)).ok).catch((error: unknown) => {
      throw new Error(said, { cause: error });
    });
    return access;
  };
  const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`http://${addressOf(place, 'nginx:8080')}${path}`, { headers, redirect: 'manual' });
  /** The status of a path that is sent as it is written, with its steps upwards. */
  const statusAsSent = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const [host, port] = addressOf(place, 'nginx:8080').split(':');
      get({ host, port, path, agent: false }, (answer) => resolve(answer.resume().statusCode ?? 0)).once('error', reject);
    });
  /** What a visitor with TLS gets. The certificate is self-signed, so nobody vouches for it. */
  const askEncrypted = (path: string, servername = 'ocean-body.example'): Promise<{ status: number; hsts: string; name: string }> =>
    new Promise((resolve, reject) => {
      const [host, port] = addressOf(place, 'grafana:3000').split(':');
      encrypted({ host, port, path, servername, rejectUnauthorized: false, headers: { host: servername } }, (response) => {
        const certificate = response.socket instanceof TLSSocket ? String(response.socket.getPeerCertificate().subjectaltname) : '';
        response.resume().once('end', () => resolve({ status: response.statusCode ?? 0, hsts: String(response.headers['strict-transport-security']), name: certificate }));
      })
        .once('error', reject)
        .end();
    });

  /** The example of a second site as a file of this nginx. */
  const writeSecond = (change: (site: string) => string, upstream: string): void => {
    servers(place); // writes the files that it includes
    const site = change(readFileSync(join(checkout, 'nginx', 'second-site.conf.example'), 'utf8'));
    const here = placed(site, place).replaceAll(join(checkout, 'nginx', 'site.conf'), join(place.folder, 'config', 'nginx', 'site.conf'));
    writeFileSync(join(place.folder, 'nginx', 'conf.d', 'second.conf'), here.replace('listen 8080;', `listen ${addressOf(place, 'nginx:8080')};`).replace('shop:3000', addressOf(place, upstream)));
  };

  beforeAll(async () => {
    place = await findPlace(join(folder, 'stack'), true);
  });
  afterEach(async () => {
    const running = child;
    child = null;
    if (running !== null && running.exitCode === null) {
      const ended = new Promise<void>((done) => running.once('close', () => done()));
      running.kill('SIGTERM');
      await ended;
    }
    await Promise.all(applications.map((server) => new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    })));
    applications = [];
    rmSync(join(folder, 'stack', 'nginx', 'conf.d'), { recursive: true, force: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('PLATFORM_UPSTREAM watches another application, which is told nothing about its visitor', async () => {
    await application('mine', 'energy:9465');
    await start({ PLATFORM_UPSTREAM: addressOf(place, 'energy:9465') });
    const page = await ask('/', { 'x-forwarded-for': '192.0.2.1' });
    expect(await page.json()).toEqual({ name: 'mine', forwarded: null, proto: 'http' });
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
  });

  test('every page carries every security header, those of nginx itself too, and the state of nginx is told inside only', async () => {
    await start();
    const carried = {
      'content-security-policy': "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=(), interest-cohort=()',
      'cross-origin-opener-policy': 'same-origin',
      server: 'nginx',
    };
    const carriedBy = ({ headers }: Response): unknown => Object.fromEntries(Object.keys(carried).map((name) => [name, headers.get(name)]));
    const nobody = await ask('/');
    expect([nobody.status, carriedBy(nobody), nobody.headers.get('strict-transport-security')]).toEqual([502, carried, null]);
    await application('site', 'platform:8000');
    expect(await (await ask('/stub_status')).text()).toContain('"name":"site"');
    expect(await (await fetch(`http://${addressOf(place, 'nginx:8081')}/stub_status`)).text()).toContain('Active connections');
  });

  test('one address has 64 requests under way, and no more', async () => {
    const held: ServerResponse[] = [];
    const slow = createServer((_, response) => held.push(response));
    await new Promise<void>((done) => slow.listen(Number(addressOf(place, 'platform:8000').split(':')[1]), '127.0.0.1', done));
    applications.push(slow);
    await start();
    const asked = Array.from({ length: 70 }, () => statusAsSent('/'));
    await until('64 are under way', 20, () => held.length === 64);
    const refused: number[] = [];
    for (const one of asked) void one.then((status) => refused.push(status));
    await until('the others are refused', 20, () => refused.length === 6);
    for (const response of held) response.end();
    expect((await Promise.all(asked)).sort()).toEqual([...Array<number>(64).fill(200), ...Array<number>(6).fill(429)]);
  });

  test('behind a load balancer, TRUSTED_PROXIES makes the log hold the real client, and nobody else is believed', async () => {
    await application('site', 'platform:8000');
    const line = (access: string): unknown => {
      const parsed: unknown = JSON.parse(readFileSync(access, 'utf8').trim().split('\n').at(-1) ?? '');
      return typeof parsed === 'object' && parsed !== null && 'remote_addr' in parsed ? parsed.remote_addr : null;
    };
    let access = await start();
    await ask('/', { 'x-forwarded-for': '192.0.2.1' });
    await until('it is written', 10, () => line(access) === '127.0.0.1');
    child?.kill('SIGTERM');
    await until('it has ended', 20, () => child?.exitCode !== null);
    access = await start({ TRUSTED_PROXIES: '127.0.0.1 2001:db8::/32' });
    await ask('/', { 'x-forwarded-for': '198.51.100.9, 192.0.2.1' });
    await until('it is written', 10, () => line(access) === '192.0.2.1');
  });

  test('the live page is closed; LIVE_PAGE_PUBLIC=true opens that page alone, with the policy that it brings', async () => {
    await application('live', 'processor:9464');
    await start();
    expect((await ask('/live')).status).toBe(404);
    child?.kill('SIGTERM');
    await until('it has ended', 20, () => child?.exitCode !== null);
    await start({ LIVE_PAGE_PUBLIC: 'true' });
    const page = await ask('/live');
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([200, "style-src 'sha256-AAAA'"]);
    for (const path of ['/live/metrics', '/live/', '/metrics']) expect([path, (await ask(path)).status]).not.toEqual([path, 200]);
  });

  test('through Grafana nobody reaches what changes or stops Loki: of its proxy to sources only the live tail and the version are open', async () => {
    await application('grafana', 'grafana:3000');
    await start();
    const proxy = '/grafana/api/datasources/proxy';
    for (const path of [`${proxy}/uid/loki/loki/api/v1/push`, `${proxy}/uid/loki/ingester/shutdown`, `${proxy}/1/flush`, '/grafana//api/datasources/%70roxy/uid/loki/loki/api/v1/push', '/grafana/x/../api/datasources/proxy/uid/loki/loki/api/v1/delete', `${proxy}/uid/loki/loki/api/v1/tail/../push`, `${proxy}/uid/prometheus/api/v1/status/flags`, `${proxy}/uid/loki/x/api/v1/status/buildinfo`]) {
      for (const method of ['GET', 'POST']) expect([path, (await fetch(`http://${addressOf(place, 'nginx:8080')}${path}`, { method })).status]).toEqual([path, 403]);
    }
    // Grafana joins what follows `resources/` to Loki's address, steps upwards and all: tried with a real one, a viewer's GET came to /ingester/shutdown.
    const resources = '/grafana/api/datasources/uid/loki/resources';
    for (const up of ['../../..', '..%2f..%2f..', '%2E%2e/%2e./.%2e', '%252e%252e/..%2f..', 'labels/..%2f..%2f..%2f..', '..%2f..%2f..%2f..%2f..%2f..%2fgrafana/login?']) {
      expect([up, await statusAsSent(`${resources}/${up}/ingester/shutdown`)]).toEqual([up, 403]);
    }
    for (const path of [`${proxy}/uid/loki/loki/api/v1/push/..%2ftail`, '/grafana/api/datasources/uid/prometheus/resources/api/v1/write', '/grafana/api/datasources/2/resources//api%2fv1/admin/tsdb/snapshot']) expect([path, await statusAsSent(path)]).toEqual([path, 403]);
    for (const path of [`${resources}/labels?query=%7Ba%3D%22..%22%7D`, '/grafana/d/today/now.1?a=../..']) expect([path, await statusAsSent(path)]).toEqual([path, 200]);
    for (const path of [`${proxy}/uid/loki/loki/api/v1/tail?query=x`, `${proxy}/uid/prometheus/api/v1/status/buildinfo`, `${proxy}/2/api/v1/status/buildinfo`, '/grafana/api/ds/query', '/grafana/api/datasources/uid/loki/resources/labels']) expect([path, (await ask(path)).status]).toEqual([path, 200]);
  });

  test('with the pair that make-certificate.sh makes it speaks TLS, and plain HTTP only says where to go', async () => {
    await application('site', 'platform:8000');
    const tls = join(folder, 'tls');
    const made = await outcomeOf('/bin/sh', [join(checkout, 'setup', 'make-certificate.sh'), tls, 'ocean-body.example']);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect((await outcomeOf('/bin/sh', [join(checkout, 'setup', 'make-certificate.sh'), tls, 'ocean-body.example'])).code).toBe(1);
    expect((await outcomeOf('/bin/sh', [join(checkout, 'setup', 'make-certificate.sh'), join(tls, 'second'), 'second.example'])).code).toBe(0);
    writeSecond((site) => site.replaceAll(/^ {2}# (listen|ssl_|if)/gm, '  $1').replaceAll('/etc/nginx/tls', tls).replace('listen 8443', `listen ${addressOf(place, 'grafana:3000')}`), 'platform:8000');
    await start({ TLS_FOLDER: tls });
    expect(await askEncrypted('/', 'second.example')).toEqual({ status: 200, hsts: 'max-age=31536000', name: 'DNS:second.example' });
    expect(await askEncrypted('/')).toEqual({ status: 200, hsts: 'max-age=31536000', name: 'DNS:ocean-body.example' });
    const plain = await ask('/stories/salt?a=b');
    expect([plain.status, plain.headers.get('location')]).toEqual([301, 'https://ocean-body.example/stories/salt?a=b']);
    child?.kill('SIGTERM');
    await until('it has ended', 20, () => child?.exitCode !== null);
    await start({ TLS_FOLDER: tls, PUBLIC_HTTPS_PORT: '8443' });
    expect((await ask('/')).headers.get('location')).toBe('https://ocean-body.example:8443/');
    // Renewed file by file: half of a new pair changes nothing, the whole is served without a restart.
    const renewed = join(folder, 'renewed');
    expect((await outcomeOf('/bin/sh', [join(checkout, 'setup', 'make-certificate.sh'), renewed, 'renewed.example'])).code).toBe(0);
    writeFileSync(join(tls, 'fullchain.pem'), readFileSync(join(renewed, 'fullchain.pem')));
    await new Promise((done) => setTimeout(done, 1500));
    expect((await askEncrypted('/')).name).toBe('DNS:ocean-body.example');
    writeFileSync(join(tls, 'privkey.pem'), readFileSync(join(renewed, 'privkey.pem')));
    await until('the renewed pair is served', 20, async () => (await askEncrypted('/')).name === 'DNS:renewed.example');
    expect(child?.exitCode).toBeNull();
  });

  test('a second site is one file: its own application, and its own name in the log', async () => {
    await application('first', 'platform:8000');
    await application('second', 'energy:9465');
    const { access } = nginx();
    const { args, env } = nginx();
    writeSecond((text) => text, 'energy:9465');
    child = spawn('/bin/sh', args, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: 'ignore' });
    await until('nginx answers', 20, async () => (await fetch(`http://${addressOf(place, 'nginx:8081')}/healthz`)).ok);
    const named = async (host: string): Promise<unknown> => {
      const answer = await outcomeOf(process.execPath, ['-e', `require('http').get({host:'127.0.0.1',port:${addressOf(place, 'nginx:8080').split(':')[1]},headers:{host:'${host}'}},r=>r.pipe(process.stdout))`]);
      return JSON.parse(answer.stdout);
    };
    expect(await named('second.example')).toMatchObject({ name: 'second' });
    expect(await named('anything.example')).toMatchObject({ name: 'first' });
    await until('both names are in the log', 10, () => /"server_name":"second.example"/.test(readFileSync(access, 'utf8')) && /"server_name":"ocean-body.example"/.test(readFileSync(access, 'utf8')));
  });

  test('an error log begins anew under another name every period, and goes before its first line is RAW_LOG_HOURS old', async () => {
    const errors = join(place.folder, 'logs', 'errors');
    const planted = (name: string, minutesOld: number): string => {
      const path = join(errors, name);
      writeFileSync(path, 'client: 192.0.2.1\n');
      utimesSync(path, new Date(), new Date(Date.now() - minutesOld * 60_000));
      return path;
    };
    const held = (): Map<string, string> => new Map(readdirSync(errors).filter((name) => !name.includes('planted')).map((name) => [name, readFileSync(join(errors, name), 'utf8')]));
    const [old, young] = [planted('error-planted-old.log', 121), planted('error-planted-young.log', 110)];
    await start({ ROTATE_SECONDS: '2', RAW_LOG_HOURS: '2' });
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
    await ask('/first'); // nobody is behind it, which nginx writes down with the address
    const [[name, text] = ['', '']] = [...held()].filter(([, lines]) => lines.includes('/first'));
    expect(text).toContain('client: 127.0.0.1');
    const late = planted('error-planted-late.log', 121);
    await until('the next error has a file of its own', 20, async () => {
      await ask('/second');
      return [...held()].some(([other, lines]) => other !== name && lines.includes('/second'));
    });
    expect(held().get(name)).toContain('/first'); // neither renamed nor written twice
    expect([...held().values()].join('').split('GET /first ').length).toBe(2);
    expect([existsSync(late), existsSync(young)]).toEqual([false, true]);
  });

  test('a clock that is set back does not let a log grow until that time comes again', async () => {
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    const ahead = join(programs, 'ahead');
    writeFileSync(ahead, '');
    // A day ahead, until somebody sets it right.
    writeFileSync(join(programs, 'date'), `#!/bin/sh\nif [ -e ${ahead} ] && [ "$*" = +%s ]; then echo $(($(/bin/date +%s) + 86400)); else exec /bin/date "$@"; fi\n`, { mode: 0o755 });
    const access = await start({ ROTATE_SECONDS: '3600', PATH: `${programs}:${process.env['PATH'] ?? ''}` });
    await ask('/first');
    rmSync(ahead);
    await until('a new log is begun', 20, () => readdirSync(join(access, '..')).length > 1);
  });

  test.each([
    ['RAW_LOG_HOURS', '2d', 'is not a whole number of hours'],
    ['RAW_LOG_HOURS', '0', 'is not at least 1'],
    ['RAW_LOG_HOURS', '030', 'begins with a zero: expected a number such as 48'],
    ['SERVER_NAME', 'a;b', 'is not a host name'],
    ['PLATFORM_UPSTREAM', 'a b:80', 'is not a host name'],
    ['TRUSTED_PROXIES', 'all; deny', 'is not a list of addresses'],
    ['ROTATE_SECONDS', '0', 'is not at least 1'],
    ['PUBLIC_HTTPS_PORT', '8443/x', 'is not a port'],
    ['LIVE_PAGE_PUBLIC', 'public', 'is neither true nor false'],
    ['CONTENT_SECURITY_POLICY', 'default-src "x"', 'is not a policy'],
  ])('%s=%s is refused before anything is written', async (name, value, why) => {
    const { args, env } = nginx({ [name]: value });
    const { code, stderr } = await outcomeOf('/bin/sh', [...args], { env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${name} ${why}`)]);
  });

  test('half a TLS pair is refused with what is missing', async () => {
    const half = join(folder, 'half');
    mkdirSync(half);
    writeFileSync(join(half, 'fullchain.pem'), '');
    const { args, env } = nginx({ TLS_FOLDER: half });
    const { code, stderr } = await outcomeOf('/bin/sh', [...args], { env });
    expect([code, stderr]).toEqual([2, expect.stringContaining('privkey.pem is missing or not readable')]);
  });
});
