/** What is refused before a byte of a body is read, and in which order: who may not push learns nothing else. */
import { IncomingMessage } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { admit } from './admit.ts';
import type { AdmitTools } from './admit.ts';
import { BodyPool } from './body-pool.ts';
import { later } from './pushed.ts';
import { Senders } from './senders.ts';

const senders = new Senders([{ name: 'agent', tenant: 'one', username: undefined, passwordFile: undefined, bearerTokenFile: undefined }], { readSecret: () => '', sameSecret: () => false, nowMs: () => 0 });
const toolsOf = (more: Partial<AdmitTools> = {}): AdmitTools => ({ senders, pool: new BodyPool(1000, 2), mostBodyBytes: 600, refusal: () => null, ...more });
const good = { 'x-scope-orgid': 'one', 'content-type': 'application/json', 'content-length': '600' };

function admitted(headers: IncomingHttpHeaders, tools = toolsOf()): ReturnType<typeof admit> {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  return admit(request, tools);
}

test.each<[what: string, headers: IncomingHttpHeaders, status: number, more?: Partial<AdmitTools>]>([
  ['of nobody', { ...good, 'x-scope-orgid': 'two', 'content-type': '', 'content-length': '601' }, 401],
  ['without a Content-Type, while nothing can be taken', { ...good, 'content-type': ' ' }, 400, { refusal: () => later('full', 5) }],
  ['in an encoding nobody knows', { ...good, 'content-encoding': 'br' }, 400],
  ['while nothing can be taken, of any length', { ...good, 'content-length': '601' }, 503, { refusal: () => later('full', 5) }],
  ['that says to be too long', { ...good, 'content-length': '601' }, 413],
  ['for which there is no room', good, 503, { pool: new BodyPool(599, 2) }],
  ['that does not say its length, for which there is no room', { ...good, 'content-length': undefined }, 503, { pool: new BodyPool(599, 2) }],
])('a push %s', (_what, headers, status, more) => {
  expect(admitted(headers, toolsOf(more))).toMatchObject({ status });
});

test.each([
  ['application/json', '', { json: true, encoding: '' }], ['Application/JSON ; charset=utf-8', 'GZIP', { json: true, encoding: 'gzip' }], ['application/jsonx', 'identity', { json: false, encoding: '' }],
  ['application/x-protobuf', ' snappy ', { json: false, encoding: 'snappy' }], ['text/plain', 'deflate', { json: false, encoding: 'deflate' }],
])('%s in %j is read as %j', (type, encoding, form) => {
  expect(admitted({ ...good, 'content-type': type, 'content-encoding': encoding })).toMatchObject({ sender: 'agent', form });
});

test('room is had by bytes and by pushes, and given back once', () => {
  const pool = new BodyPool(1000, 2);
  const [first, second] = [pool.reserve(600), pool.reserve(400)];
  expect([first, second, pool.reserve(0)]).toEqual([expect.anything(), expect.anything(), null]);
  first?.free();
  first?.free();
  expect(pool.reserve(601)).toBeNull();
  expect(pool.reserve(600)).not.toBeNull();
  expect(pool.reserve(0)).toBeNull();
});
