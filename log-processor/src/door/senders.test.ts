/** Only who has the secret may push, and a file that changes is followed. */
import { describe, expect, test } from 'vitest';
import { sameSecret } from '../keys/fingerprint.ts';
import { Senders } from './senders.ts';
import type { SenderOptions } from './senders.ts';

const nobody: SenderOptions = { name: 'x', tenant: undefined, username: undefined, passwordFile: undefined, bearerTokenFile: undefined };

function sendersOf(senders: readonly Partial<SenderOptions>[], files: Record<string, string> = {}) {
  const clock = { nowMs: 0 };
  const readSecret = (path: string): string => {
    const secret = files[path];
    if (secret === undefined) throw new Error(`${path} cannot be read`);
    return secret;
  };
  return { clock, files, senders: new Senders(senders.map((sender) => ({ ...nobody, ...sender })), { readSecret, sameSecret, nowMs: () => clock.nowMs }) };
}

describe('a sender', () => {
  test('without a secret is whoever comes', () => {
    expect(sendersOf([{ name: 'agent' }]).senders.identify({})).toBe('agent');
  });

  test('is told by its tenant', () => {
    const { senders } = sendersOf([{ name: 'a', tenant: 'one' }, { name: 'b', tenant: 'two' }]);
    expect([{ 'x-scope-orgid': 'two' }, { 'x-scope-orgid': 'one' }, { 'x-scope-orgid': 'three' }, {}].map((headers) => senders.identify(headers))).toEqual(['b', 'a', null, null]);
  });

  test('of a tenant comes before one that takes any tenant, whichever is written first', () => {
    const [any, one] = [{ name: 'any' }, { name: 'a', tenant: 'one' }];
    for (const order of [[any, one], [one, any]]) expect([{ 'x-scope-orgid': 'one' }, { 'x-scope-orgid': 'two' }, {}].map((headers) => sendersOf(order).senders.identify(headers))).toEqual(['a', 'any', 'any']);
  });

  test('with a bearer token or a password is nobody without it', () => {
    const { senders } = sendersOf([{ name: 'a', bearerTokenFile: '/t' }, { name: 'b', username: 'u', passwordFile: '/p' }], { '/t': 'token', '/p': 'pass' });
    const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
    const answers = ['Bearer token', basic('u:pass'), 'Bearer tokem', 'Bearer ', '', basic('u:'), basic('v:pass'), 'token'].map((authorization) => senders.identify({ authorization }));
    expect(answers).toEqual(['a', 'b', null, null, null, null, null, null]);
  });

  test('whose secret fits comes before one that needs none', () => {
    const { senders } = sendersOf([{ name: 'open' }, { name: 'a', bearerTokenFile: '/t' }], { '/t': 'token' });
    expect([senders.identify({ authorization: 'Bearer token' }), senders.identify({})]).toEqual(['a', 'open']);
  });

  test('whose file changes gets its new secret within ten seconds, and keeps the old one while the file is away', () => {
    const { senders, clock, files } = sendersOf([{ name: 'a', bearerTokenFile: '/t' }], { '/t': 'old' });
    files['/t'] = 'new';
    clock.nowMs = 10_000;
    expect([senders.identify({ authorization: 'Bearer old' }), senders.identify({ authorization: 'Bearer new' })]).toEqual([null, 'a']);
    delete files['/t'];
    clock.nowMs = 20_000;
    expect(senders.identify({ authorization: 'Bearer new' })).toBe('a');
  });

  test('whose file cannot be read at the start stops the start', () => {
    expect(() => sendersOf([{ name: 'a', bearerTokenFile: '/t' }])).toThrow('/t cannot be read');
  });
});
