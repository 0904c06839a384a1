/** A body that does not say its length is read up to the limit, and one that ends early is nobody's. */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { PushRefused } from './pushed.ts';
import { readBody, SenderGone } from './read-body.ts';

function read(most: number, ...pieces: (string | null)[]): { readonly request: IncomingMessage; readonly body: Promise<Buffer> } {
  const request = new IncomingMessage(new Socket());
  for (const piece of pieces) request.push(piece);
  return { request, body: readBody(request, most) };
}

test('pieces up to the limit are one body', async () => {
  expect((await read(6, 'abc', 'def', null).body).toString()).toBe('abcdef');
  expect((await read(0, null).body).toString()).toBe('');
});

test('a byte more is refused before the body is whole', async () => {
  await expect(read(6, 'abc', 'defg').body).rejects.toMatchObject({ answer: { status: 413 } });
  await expect(read(6, 'abc', 'defg').body).rejects.toBeInstanceOf(PushRefused);
});

test('a sender that leaves before the end is gone', async () => {
  const { request, body } = read(6, 'abc');
  request.destroy();
  await expect(body).rejects.toBeInstanceOf(SenderGone);
});
