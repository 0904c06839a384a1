/** The web hook of the drill: what arrived first, when, and at whose receiver. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const messageSchema = z.object({ receiver: z.string(), alerts: z.array(z.object({ status: z.string(), labels: z.record(z.string(), z.string()) })) });

export type Arrival = { readonly alert: string; readonly severity: string; readonly receivers: ReadonlySet<string>; readonly labels: Readonly<Record<string, string>>; readonly atMs: number };

export type Receiver = {
  readonly url: string;
  /** First arrivals since `forget`, by alert and labels. */
  arrivals(): readonly Arrival[];
  forget(): void;
  close(): Promise<void>;
};

export async function openReceiver(): Promise<Receiver> {
  const arrived = new Map<string, Arrival & { readonly receivers: Set<string> }>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const message: unknown = JSON.parse(body);
      const { receiver, alerts } = messageSchema.parse(message);
      for (const { status, labels } of alerts) if (status === 'firing') note(arrived, receiver, labels);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/`,
    arrivals: () => [...arrived.values()],
    forget: () => arrived.clear(),
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

type Arrived = Map<string, Arrival & { readonly receivers: Set<string> }>;

function note(arrived: Arrived, receiver: string, labels: Readonly<Record<string, string>>): void {
  const key = JSON.stringify(Object.entries(labels).sort());
  const known = arrived.get(key);
  if (known === undefined) arrived.set(key, { alert: labels['alertname'] ?? '', severity: labels['severity'] ?? '', receivers: new Set([receiver]), labels, atMs: performance.now() });
  else known.receivers.add(receiver);
}
