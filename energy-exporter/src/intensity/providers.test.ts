import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askJson } from '../ask-json.ts';
import { createElectricityMaps } from './electricity-maps.ts';
import { TooManyRequests } from './intensity.ts';
import { createRte } from './rte.ts';

let server: Server;
let url = '';
let asked: IncomingMessage[] = [];
let answer: { status: number; body: unknown; headers?: Record<string, string> } = { status: 200, body: {} };
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (address: string, headers: Readonly<Record<string, string>> = {}) => askJson(address, { timeoutMs: 2000, headers });

describe('RTE', () => {
  const rte = () => createRte({ url, ask }).fetch();

  test('the newest row with a value is asked for, and no key is sent', async () => {
    answer = { status: 200, body: { total_count: 96, results: [{ date_heure: '2026-11-28T04:30:00+00:00', taux_co2: 19 }] } };
    expect(await rte()).toEqual({ gramsPerKwh: 19, zone: 'FR', source: 'rte', method: 'direct-production', atMs: Date.UTC(2026, 10, 28, 4, 30) });
    const address = new URL(asked[0]?.url ?? '', url);
    expect(address.pathname).toBe('/api/explore/v2.1/catalog/datasets/eco2mix-national-tr/records');
    expect(Object.fromEntries(address.searchParams)).toEqual({ select: 'date_heure,taux_co2', where: 'taux_co2 is not null', order_by: 'date_heure desc', limit: '1', timezone: 'UTC' });
  });

  test.each<[string, unknown]>([
    ['no row', { total_count: 0, results: [] }],
    ['a row of the future without a value', { results: [{ date_heure: '2026-11-28T23:45:00+00:00', taux_co2: null }] }],
    ['a value without a time', { results: [{ taux_co2: 19 }] }],
    ['a zero', { results: [{ date_heure: '2026-11-28T04:30:00+00:00', taux_co2: 0 }] }],
    ['another unit', { results: [{ date_heure: '2026-11-28T04:30:00+00:00', taux_co2: 19_000 }] }],
    ['something else', ['nothing']],
  ])('%s is no intensity', async (_what, body) => {
    answer = { status: 200, body };
    await expect(rte()).rejects.toThrow('without a rate');
  });

  test('the wish to be left alone is heard with its time', async () => {
    answer = { status: 429, body: {}, headers: { 'retry-after': '120' } };
    const error = await rte().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TooManyRequests);
    expect(error).toMatchObject({ waitMs: 120_000 });
  });
});

describe('Electricity Maps', () => {
  const fetchWith = (zone = 'FR') => createElectricityMaps({ url, zone, token: () => Promise.resolve('a-token'), ask }).fetch();
  const body = { zone: 'FR', carbonIntensity: 27, datetime: '2026-11-28T05:00:00.000Z', updatedAt: '2026-11-28T05:10:00.000Z', emissionFactorType: 'lifecycle', isEstimated: false };

  test('life-cycle factors are asked for with the token as a header', async () => {
    answer = { status: 200, body };
    expect(await fetchWith()).toEqual({ gramsPerKwh: 27, zone: 'FR', source: 'electricitymaps', method: 'lifecycle-consumption', atMs: Date.UTC(2026, 10, 28, 5) });
    expect(asked[0]?.url).toBe('/v3/carbon-intensity/latest?zone=FR&emissionFactorType=lifecycle');
    expect(asked[0]?.headers['auth-token']).toBe('a-token');
  });

  test('an hour that they modelled is labelled as one', async () => {
    answer = { status: 200, body: { ...body, isEstimated: true, estimationMethod: 'TIME_SLICER_AVERAGE' } };
    expect(await fetchWith()).toMatchObject({ gramsPerKwh: 27, source: 'electricitymaps-estimated', method: 'lifecycle-consumption' });
  });

  test.each<[string, unknown]>([
    ['direct factors', { ...body, emissionFactorType: 'direct' }],
    ['another zone', { ...body, zone: 'DE' }],
    ['no value', { ...body, carbonIntensity: null }],
    ['a zero', { ...body, carbonIntensity: 0 }],
    ['no time', { ...body, datetime: undefined }],
  ])('%s is refused', async (_what, refused) => {
    answer = { status: 200, body: refused };
    await expect(fetchWith()).rejects.toThrow('Electricity Maps answered');
  });

  test('a token that is not accepted is said without the token', async () => {
    answer = { status: 401, body: {} };
    await expect(fetchWith()).rejects.toThrow(/^127[.]0[.]0[.]1:\d+ answered with status 401$/);
  });
});
