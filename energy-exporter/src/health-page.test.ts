/** The health page says whether the machine is still read, answers nothing else, and repeats nothing that was asked. */
import { afterEach, expect, test } from 'vitest';
import { serveHealth } from './health-page.ts';
import type { Health, HealthPage } from './health-page.ts';

let page: HealthPage | undefined;
afterEach(() => page?.close());

const well: Health = { ageSeconds: 2, limitSeconds: 20, sensors: [['rapl', 'rapl', false], ['estimate', 'estimated', true]], services: 11, unnamed: 2 };
const open = async (health: Health): Promise<(path: string, options?: RequestInit) => Promise<{ status: number; text: string }>> => {
  page = await serveHealth('127.0.0.1', 0, () => health);
  const { port } = page;
  return async (path, options) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, options);
    return { status: answer.status, text: await answer.text() };
  };
};

test('while the machine is read it is well, and says which sensors answer', async () => {
  const ask = await open(well);
  expect(await ask('/healthz')).toEqual({ status: 200, text: 'ok\nthe machine was read 2 s ago\nsensor rapl (rapl): gives no reading\nsensor estimate (estimated): reads\nservices seen: 11\ncontainers without a service: 2\n' });
});

test.each([['never', null], ['too long ago', 21]])('where it was read %s, it is stuck', async (_, ageSeconds) => {
  const { status, text } = await (await open({ ...well, ageSeconds }))('/healthz');
  expect([status, text.split('\n')[0]]).toEqual([503, 'stuck']);
});

test('a machine without sensors is no fault, and says so', async () => {
  expect((await (await open({ ...well, sensors: [] }))('/healthz')).text).toContain('no power sensor is here');
});

test('nothing else is there, nothing that was asked comes back, and a body is not read', async () => {
  const ask = await open(well);
  expect(await ask('/metrics?192.0.2.7')).toEqual({ status: 404, text: 'not found\n' });
  expect(await ask('/healthz', { method: 'POST', body: '192.0.2.7' })).toEqual({ status: 405, text: 'method not allowed\n' });
  expect(await ask('/healthz', { method: 'HEAD' })).toEqual({ status: 200, text: '' });
});

test('a port that is taken is told to whoever asked for it', async () => {
  await open(well);
  await expect(serveHealth('127.0.0.1', page?.port ?? 0, () => well)).rejects.toThrow('EADDRINUSE');
});
