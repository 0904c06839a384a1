/** A push is answered when it is committed and not before, and one that comes again meanwhile is answered with it. */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { BodyPool } from './body-pool.ts';
import { Door } from './door.ts';
import type { PushAnswer } from './pushed.ts';
import { RememberedBatches } from './remembered-batches.ts';
import { Senders } from './senders.ts';

const senders = new Senders([{ name: 'agent', tenant: undefined, username: undefined, passwordFile: undefined, bearerTokenFile: undefined }], { readSecret: () => '', sameSecret: () => false, nowMs: () => 0 });

function doorWithTools(): { readonly door: Door; readonly applied: string[]; readonly answers: (PushAnswer | null)[]; readonly send: (text: string) => Promise<void>; readonly arrived: () => Promise<void> } {
  const [applied, answers]: [string[], (PushAnswer | null)[]] = [[], []];
  const door = new Door({
    senders, pool: new BodyPool(1000, 10), mostBodyBytes: 100, remembered: new RememberedBatches(10, []),
    clock: { nowMs: () => 0, sleep: () => new Promise(() => undefined) },
    prepare: (sender, body, _form, isKnown) => Promise.resolve(isKnown(body.toString()) ? { repeated: body.toString() } : { sender, batch: body.toString(), streams: [] }),
    apply: ({ batch }) => Promise.resolve(void applied.push(batch)),
    refusal: () => null,
    arrived: () => undefined,
  }); // prettier-ignore
  const arrived = (): Promise<void> => new Promise((done) => setTimeout(done, 20));
  const send = (text: string): Promise<void> => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request.headers, { 'content-type': 'application/json', 'content-length': '16' });
    request.complete = true; // else its end takes the socket along
    for (const piece of [text, null]) request.push(piece);
    void door.receive(request).then((answer) => answers.push(answer));
    return arrived();
  };
  return { door, applied, answers, send, arrived };
}

test('the same batch at once, while it is taken and after its commit is taken once, and answered when the commit is durable', async () => {
  const { door, applied, answers, send, arrived } = doorWithTools();
  const batch = 'sixteen letters.';
  await send(batch);
  await send(batch);
  expect(await door.take()).toBe(true);
  await send(batch);
  door.cut();
  await send(batch);
  expect([applied, answers, door.pending]).toEqual([[batch], [], false]);
  door.settled();
  await arrived();
  expect(answers.map((answer) => answer?.status)).toEqual([204, 204, 204, 204]);
  await send(batch);
  expect([applied, answers.length]).toEqual([[batch], 5]);
});

test('what is not taken when the processor ends is to be sent again', async () => {
  const { door, applied, answers, send, arrived } = doorWithTools();
  await send('sixteen letters.');
  door.close();
  await arrived();
  expect([applied, answers]).toEqual([[], [{ status: 503, words: 'the processor ends', retryAfterSeconds: 1 }]]);
});
