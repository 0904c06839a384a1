import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { describeError, plainText } from './describe-error.ts';

const caught = (doing: () => unknown): Error => {
  try {
    doing();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
};

describe('errors', () => {
  test('what JSON.parse quotes of a log line is left out, the place stays', () => {
    const error = caught(() => JSON.parse('client 203.0.113.9'));
    expect(error.message).toContain('203.0.113.9'); // the danger is real
    const said = describeError(error);
    expect(said.name).toBe('SyntaxError');
    expect(said.at).toMatch(/^describe-error\.test\.ts:\d+$/);
    expect(JSON.stringify(said)).not.toContain('203.0.113');
    expect(said).not.toHaveProperty('message');
  });

  test('a system error is its code, without the path', () => {
    const said = describeError(caught(() => readFileSync('/nowhere/secret-name')));
    expect(said.code).toBe('ENOENT');
    expect(JSON.stringify(said)).not.toContain('secret-name');
  });

  test('a fetch that failed names the reason of its cause', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    const port = typeof address === 'object' ? address?.port : 0;
    const error: unknown = await fetch(`http://127.0.0.1:${port ?? 0}/`).catch((reason: unknown) => reason);
    const said = error instanceof Error ? describeError(error) : null;
    expect(said).toMatchObject({ name: 'TypeError', cause: { code: 'ECONNREFUSED' } });
    expect(JSON.stringify(said)).not.toContain('fetch failed');
  });

  test('an error of our own keeps its words, an address in them does not', () => {
    class StoreUnavailable extends Error {}
    expect(describeError(new StoreUnavailable('the disk is full'))).toMatchObject({ name: 'StoreUnavailable', message: 'the disk is full' });
    expect(describeError(new Error('no answer from 198.51.100.7:3100')).message).toBe('no answer from [address]:3100');
  });

  test('a message that looks like a stack frame does not become the place', () => {
    expect(describeError(new Error('\n    at visitor-wrote-this.ts:99')).at).toMatch(/^describe-error\.test\.ts/);
  });

  test('a circle of causes ends', () => {
    const error = new Error('a');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"name"/g)).toHaveLength(4);
  });
});

describe('texts', () => {
  test.each([
    ['from 203.0.113.9 port 5', 'from [address] port 5'],
    ['(2001:db8::1)', '([address])'],
    ['[2001:db8:0:0:0:0:0:1]:80', '[[address]]:80'],
    ['::ffff:192.0.2.1', '[address]'],
    ['http://127.0.0.1:9400 and [::1]:9400', 'http://127.0.0.1:9400 and [::1]:9400'],
    ['at 17:52:03, version 24.21.0', 'at 17:52:03, version 24.21.0'],
    ['a\u001b[31mb\r\nc\u202ed\u2066e', 'a [31mb c d e'],
    ['\ud800', ' '],
  ])('%j is said as %j', (text, said) => {
    expect(plainText(text)).toBe(said);
  });

  test('a long text is cut', () => {
    expect(plainText('x'.repeat(1_000_000))).toHaveLength(503);
  });
});
