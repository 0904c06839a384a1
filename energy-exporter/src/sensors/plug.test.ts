import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askJson } from '../ask-json.ts';
import { SensorFailed } from '../reading.ts';
import { digestLogin } from './digest-login.ts';
import { createPlug } from './plug.ts';
import type { PlugModel, PlugOptions } from './plug.ts';

let server: Server;
let respond: (request: IncomingMessage, response: ServerResponse) => void;
let asked: string[] = [];
let url = '';
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`.trim());
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const answers = (value: unknown, status = 200) => {
  respond = (_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(typeof value === 'string' ? value : JSON.stringify(value));
};
const plug = (model: PlugModel, more: Partial<PlugOptions> = {}) =>
  createPlug({ name: 'wall', model, url, channel: 0, scope: 'it', zone: 'machine', everyMs: 5000, timeoutMs: 2000, login: null, ask: (address, { timeoutMs, authorization }) => askJson(address, { timeoutMs, headers: authorization === undefined ? {} : { authorization } }), ...more });

describe('the watts of every kind of plug', () => {
  test.each<[PlugModel, number, unknown, { watts: number; path: string }]>([
    ['shelly', 1, { id: 1, source: 'init', output: true, apower: 48.7, voltage: 229.1, aenergy: { total: 11_234.5 } }, { watts: 48.7, path: '/rpc/Switch.GetStatus?id=1' }],
    ['shelly-gen1', 0, { power: 51.2, is_valid: true, total: 123_456 }, { watts: 51.2, path: '/meter/0' }],
    ['tasmota', 0, { StatusSNS: { Time: '2026-11-28T06:00:00', ENERGY: { Total: 3.18, Power: 62, Voltage: 230 } } }, { watts: 62, path: '/cm?cmnd=Status%208' }],
    ['tasmota', 1, { StatusSNS: { ENERGY: { Power: [10, 33] } } }, { watts: 33, path: '/cm?cmnd=Status%208' }],
  ])('%s, channel %i', async (model, channel, value, { watts, path }) => {
    answers(value);
    expect(await plug(model, { channel }).read()).toEqual([{ hwId: 'wall', zone: 'machine', watts, joules: null }]);
    expect(asked).toEqual([path]);
  });

  test('a login goes as basic auth to Shelly and in the query to Tasmota, and is read anew each time', async () => {
    answers({ power: 5, is_valid: true });
    let password = 'first';
    const sensor = plug('shelly-gen1', { login: () => Promise.resolve({ username: 'admin', password }) });
    await sensor.read();
    password = 'second';
    await sensor.read();
    answers({ StatusSNS: { ENERGY: { Power: 6 } } });
    await plug('tasmota', { login: () => Promise.resolve({ username: 'admin', password: 'a&b' }) }).read();
    const basic = (text: string) => `/meter/0 Basic ${Buffer.from(text).toString('base64')}`;
    expect(asked).toEqual([basic('admin:first'), basic('admin:second'), '/cm?cmnd=Status+8&user=admin&password=a%26b']);
  });
});

describe('the second generation of Shelly', () => {
  const challenge = 'Digest qop="auth", realm="shellyplusplugs-c049ef8b6eac", nonce="1625038762", algorithm=SHA-256';
  const login = () => Promise.resolve({ username: 'admin', password: 'secret' });

  /** A plug that knows RFC 7616 by itself: what it is told must be what it reckons. */
  const guarded = (header: string) => {
    respond = (request, response) => {
      const said = Object.fromEntries([...(request.headers.authorization ?? '').matchAll(/(\w+)="?([^",]+)"?/g)].map(([, name, value]) => [name ?? '', value ?? '']));
      const hash = (text: string) => createHash('sha256').update(text).digest('hex');
      const wanted = hash(`${hash('admin:shellyplusplugs-c049ef8b6eac:secret')}:1625038762:${said['nc']}:${said['cnonce']}:auth:${hash(`GET:${request.url ?? ''}`)}`);
      if (said['response'] === wanted && said['uri'] === request.url) response.end('{"apower": 48.7}');
      else response.writeHead(401, { 'www-authenticate': header }).end();
    };
  };

  test('is given its login as a digest with SHA-256, and never the password', async () => {
    guarded(challenge);
    expect(await plug('shelly', { login }).read()).toMatchObject([{ watts: 48.7 }]);
    expect(asked).toHaveLength(2);
    expect(asked.join()).not.toMatch(/secret|Basic/);
  });

  test('that does not take it, or wants another login, is a fault that says so', async () => {
    guarded(challenge);
    await expect(plug('shelly', { login: () => Promise.resolve({ username: 'admin', password: 'wrong' }) }).read()).rejects.toThrow('the plug wall gave no answer: it answered with status 401');
    guarded('Basic realm="x"');
    await expect(plug('shelly', { login }).read()).rejects.toThrow('another login than Digest with SHA-256');
    await expect(plug('shelly').read()).rejects.toThrow('it answered with status 401');
  });
});

test('a digest is what RFC 7616 says it is: its example of section 3.9.1', () => {
  const challenge = 'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const said = digestLogin(challenge, '/dir/index.html', { username: 'Mufasa', password: 'Circle of Life' }, 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ');
  expect(said).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"');
});

describe('what is no reading', () => {
  test.each<[string, unknown, number]>([
    ['a text instead of a number', { apower: '48' }, 200],
    ['no power at all', { output: true }, 200],
    ['less than nothing', { apower: -3 }, 200],
    ['more than any plug bears', { apower: 1e9 }, 200],
    ['no JSON', '<html>', 200],
    ['an error', { apower: 48 }, 500],
    ['a wish to be left alone', {}, 429],
    ['a redirect', {}, 302],
  ])('%s', async (_what, value, status) => {
    answers(value, status);
    await expect(plug('shelly').read()).rejects.toThrow(SensorFailed);
  });

  test('a meter of the first generation that calls its value invalid', async () => {
    answers({ power: 12, is_valid: false });
    await expect(plug('shelly-gen1').read()).rejects.toThrow(SensorFailed);
  });

  test('a channel that a Tasmota does not have', async () => {
    answers({ StatusSNS: { ENERGY: { Power: 62 } } });
    await expect(plug('tasmota', { channel: 1 }).read()).rejects.toThrow('without a power');
    answers({ StatusSNS: { ENERGY: { Power: [10, 33] } } });
    await expect(plug('tasmota', { channel: 2 }).read()).rejects.toThrow('without a power');
  });

  test('silence: after the time-out it is a fault, and nobody waits longer', async () => {
    respond = () => undefined;
    await expect(plug('shelly', { timeoutMs: 200 }).read()).rejects.toThrow('gave no answer');
  });

  test('an answer that stops in the middle', async () => {
    respond = (_request, response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('{"apower": 4');
      setTimeout(() => response.destroy(), 50);
    };
    await expect(plug('shelly').read()).rejects.toThrow(SensorFailed);
  });

  test('an answer without an end', async () => {
    respond = (_request, response) => void response.end('x'.repeat(3_000_000));
    await expect(plug('shelly').read()).rejects.toThrow(SensorFailed);
  });

  test('nobody there', async () => {
    server.close();
    await expect(plug('shelly').read()).rejects.toThrow(SensorFailed);
  });
});
