/** Starts the real Prometheus, Alertmanager and node_exporter on loopback, and the web hook that alerts arrive at. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { findServer } from '../../tools/find-server.ts';

export type Program = { readonly url: string; stop(): Promise<void> };

/** @throws Error when the program ends or does not answer `ready` within a minute; its log is in `folder` */
export async function startProgram(name: string, folder: string, argumentsFor: (port: number) => readonly string[], ready: string): Promise<Program> {
  const program = findServer(name);
  if (program === null) throw new Error(`no ${name} on this machine`);
  const port = await freePort();
  const output = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(program, [...argumentsFor(port)], { cwd: folder, stdio: ['ignore', output, output] });
  closeSync(output);
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}; see ${folder}/${name}.log`);
    return (await fetch(`${url}${ready}`).catch(() => null))?.ok === true;
  }, `${name} to be ready`);
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      const last = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(last);
    },
  };
}

const messageSchema = z.object({ alerts: z.array(z.object({ status: z.string(), startsAt: z.string(), labels: z.record(z.string(), z.string()), annotations: z.record(z.string(), z.string()) })) });
type Message = z.infer<typeof messageSchema>['alerts'][number];

export type Webhook = {
  readonly url: string;
  /** Names by the last word about them. */
  firing(): readonly string[];
  resolved(): readonly string[];
  /** Names that fired since `forget`, sorted, once each. */
  everFired(): readonly string[];
  messages(): readonly Message[];
  forget(): void;
  stop(): Promise<void>;
};

export async function startWebhook(): Promise<Webhook> {
  let received: Message[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const message: unknown = JSON.parse(body);
      received.push(...messageSchema.parse(message).alerts);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const namesOf = (status: string): readonly string[] => [...new Set(received.filter((alert) => alert.status === status).map(({ labels }) => labels['alertname'] ?? ''))].sort();
  return {
    url: `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/`,
    firing: () => namesOf('firing'),
    resolved: () => namesOf('resolved'),
    everFired: () => namesOf('firing'),
    messages: () => received,
    forget: () => (received = []),
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

/** Waits for a condition, at most two minutes. @throws Error that says what was waited for */
export async function until(isSo: () => boolean | Promise<boolean>, what: string | (() => string)): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited two minutes for ${typeof what === 'string' ? what : what()}`);
    await sleep(250);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket();
    socket.once('error', reject);
    socket.listen(0, '127.0.0.1', () => {
      const address = socket.address();
      socket.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
