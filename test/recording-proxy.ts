/** Stands between an agent and the processor and writes down what was pushed and what was answered: the only witness of what a 204 promised. */
import { createHash } from 'node:crypto';
import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { uncompressSync } from 'snappy';
import { decodeProtobuf } from '../log-processor/src/door/decode-protobuf.ts';

export type Batch = { readonly lines: readonly string[]; answered: boolean };

export type RecordingProxy = {
  readonly url: string;
  /** Every different body that came, by its digest. */
  readonly batches: ReadonlyMap<string, Batch>;
  /** Answers by status; 0 where the processor gave none. */
  readonly statuses: ReadonlyMap<number, number>;
  close(): Promise<void>;
};

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const batches = new Map<string, Batch>();
  const statuses = new Map<number, number>();
  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const batch = noteBatch(batches, body);
    const status = await passOn(target, incoming, body);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    batch.answered ||= status === 204;
    if (status === 0) outgoing.destroy();
    else outgoing.writeHead(status).end();
  };
  const server: Server = createServer((incoming, outgoing) => void forward(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    batches,
    statuses,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function noteBatch(batches: Map<string, Batch>, body: Buffer): Batch {
  const digest = createHash('sha256').update(body).digest('hex');
  let batch = batches.get(digest);
  if (batch === undefined) {
    const plain = uncompressSync(body);
    const lines = decodeProtobuf(Buffer.from(plain), Infinity).flatMap(({ entries }) => entries.map((entry) => ('poison' in entry ? 'poison' : entry.bytes.toString('utf8', entry.start, entry.end))));
    batches.set(digest, (batch = { lines, answered: false }));
  }
  return batch;
}

/** The status, or 0 where there was no whole answer. */
function passOn(target: string, incoming: IncomingMessage, body: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = ask(`${target}${incoming.url ?? ''}`, { method: 'POST', headers: { ...incoming.headers, host: new URL(target).host }, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', () => resolve(0));
    });
    outgoing.once('error', () => resolve(0));
    outgoing.end(body);
  });
}
