/** The HTTP server of the processor: opens the port, keeps slow and greedy clients short, and ends in order. */
import type { Server } from 'node:http';
import { createAnswers } from './answers.ts';
import type { Answers } from './answers.ts';

// Not imported, for the reason given in loki/http.ts.
const { createServer } = process.getBuiltinModule('node:http');

export type ServerOptions = Answers & {
  /** The address to listen on, such as `127.0.0.1`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
};

export type RunningServer = {
  /** Such as `http://127.0.0.1:9400`. */
  readonly url: string;
  /** Lets answers that are under way end, for at most two seconds. */
  close(): Promise<void>;
};

/** The address or port cannot be had: a mistake of the configuration, to be told and not retried. */
export class ServerRefused extends Error {
  /** Another program has the port. */
  readonly isInUse: boolean;
  constructor(code: string | undefined, host: string, port: number) {
    super(refusal(code, host, port));
    this.isInUse = code === 'EADDRINUSE';
  }
}

/** Milliseconds and bytes. The answers are small and made at once, so a client that needs longer is broken or means harm. */
const limits = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000, connectionsCheckingInterval: 5_000, maxHeaderSize: 8_192 };
/** Those who look, and those who push: a connection more is closed at once. */
const maxConnections = { pages: 128, pushes: 1024 };
const maxRequestsPerSocket = 1_000;
const closeMs = 2_000;

/** @throws ServerRefused when the port is taken or forbidden, or the address is not of this machine */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, logger } = options;
  const server = createServer(limits, await createAnswers(options));
  server.maxConnections = maxConnections.pages + (options.push === null ? 0 : maxConnections.pushes);
  server.maxRequestsPerSocket = maxRequestsPerSocket;
  await listen(server, host, port);
  server.on('error', (error) => logger.often('server', 'error', 'a connection could not be taken', { error }));
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`, close: () => close(server) };
}

/**
 * Opens the port for a moment, so that a start that cannot have it ends before it has done anything.
 * @throws ServerRefused
 */
export async function mustBeFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  await close(server);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void => reject(new ServerRefused(error.code, host, port));
    server.once('error', refused);
    server.listen({ host, port }, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

function refusal(code: string | undefined, host: string, port: number): string {
  const where = `port ${port} on ${host}`;
  if (code === 'EADDRINUSE') return `${where} is already in use: stop the other program or configure another port`;
  if (code === 'EACCES') return `${where} may not be opened by this user: configure a port above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine: configure one that is, such as 127.0.0.1`;
  return `${where} cannot be opened (${code ?? 'no reason given'})`;
}

async function close(server: Server): Promise<void> {
  const patience = setTimeout(() => server.closeAllConnections(), closeMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(patience);
}
