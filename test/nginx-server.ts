/** A real nginx for tests: on loopback, in a folder of its own, with the shipped log format; it ends what it started and nothing else. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type NginxServer = {
  readonly port: number;
  /** Path of the unix socket it listens on, too. */
  readonly socketPath: string;
  readonly logPath: string;
  /** The version it says it is, such as `nginx/1.22.1`. */
  readonly version: string;
  /** Sends raw bytes over one new connection and gives back what came, when the other side closes or after `waitMs` of silence. */
  send(request: string | Uint8Array, options?: { readonly overSocket?: boolean; readonly waitMs?: number; readonly abort?: boolean }): Promise<Buffer>;
  /** The access log as it is on disk. */
  log(): Promise<Buffer>;
  stop(): Promise<void>;
};

const projectFolder = resolve(import.meta.dirname, '..');

/** Null where no nginx is installed. */
export async function findNginx(): Promise<string | null> {
  for (const path of ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/local/bin/nginx', '/usr/bin/nginx']) {
    const version = await new Promise<string | null>((done) => {
      const child = spawn(path, ['-v'], { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
      child.on('error', () => done(null));
      child.on('close', () => done(said));
    });
    if (version !== null) return path;
  }
  return null;
}

/** Starts nginx with `nginx/log-format.conf` and waits until it answers. */
export async function startNginx(binary: string): Promise<NginxServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tidewatch-nginx-'));
  await mkdir(join(folder, 'tmp'));
  const port = await freePort();
  const socketPath = join(folder, 'nginx.sock');
  const logPath = join(folder, 'access.json.log');
  // An upstream that takes every connection and never says a word.
  const silent = createServer({ noDelay: true }, (socket) => socket.on('error', () => socket.destroy()).unref());
  await new Promise<void>((done) => silent.listen(join(folder, 'silent.sock'), done));
  await writeFile(join(folder, 'nginx.conf'), config(port, folder));
  const child = spawn(binary, ['-p', `${folder}/`, '-c', 'nginx.conf'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  await untilListening(port, child, () => said);
  const hello = await sendRaw({ port, host: '127.0.0.1' }, 'GET /hello HTTP/1.0\r\n\r\n', { waitMs: 2000 });
  return {
    port,
    socketPath,
    logPath,
    version: /^Server: (.*)\r$/m.exec(hello.toString('latin1'))?.[1] ?? '',
    send: (request, { overSocket = false, ...options } = {}) => sendRaw(overSocket ? { path: socketPath } : { port, host: '127.0.0.1' }, request, options),
    log: () => readFile(logPath),
    async stop() {
      child.kill('SIGQUIT');
      const late = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(late);
      silent.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One process, so that stopping the child stops everything; paths are below the folder. */
function config(port: number, folder: string): string {
  return `
daemon off; master_process off; pid nginx.pid; error_log ${folder}/error.log info;
events { worker_connections 256; }
http {
  client_body_temp_path tmp/b; proxy_temp_path tmp/p; fastcgi_temp_path tmp/f; uwsgi_temp_path tmp/u; scgi_temp_path tmp/s;
  include ${projectFolder}/nginx/log-format.conf;
  access_log access.json.log tidewatch;
  types { text/html html; text/css css; }
  default_type text/plain;
  client_header_timeout 1s;
  server {
    listen 127.0.0.1:${port};
    listen unix:${folder}/nginx.sock;
    server_name first.example.org second.example.org;
    location / { return 200 "ok\\n"; }
    location /page { default_type "text/html"; charset utf-8; return 200 "<p>ok</p>\\n"; }
    location /gone { return 404; }
    location /moved { return 301 /page; }
    location /refused { proxy_pass http://127.0.0.1:1; }
    location /upstream { proxy_pass http://unix:${folder}/nginx.sock:/page; }
    location /slow { proxy_pass http://unix:${folder}/silent.sock:/; proxy_read_timeout 5s; }
    location /tried { proxy_pass http://pool; proxy_next_upstream error; }
  }
  upstream pool { server 127.0.0.1:1; server unix:${folder}/nginx.sock backup; }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

async function untilListening(port: number, child: ChildProcess, said: () => string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${said()}`);
    const open = await new Promise<boolean>((done) => {
      const socket = createConnection({ port, host: '127.0.0.1' }, () => done(true));
      socket.on('error', () => done(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nginx did not listen within 5 s: ${said()}`);
}

type Target = { readonly port: number; readonly host: string } | { readonly path: string };

function sendRaw(target: Target, request: string | Uint8Array, { waitMs = 3000, abort = false } = {}): Promise<Buffer> {
  return new Promise((done) => {
    const pieces: Buffer[] = [];
    const finish = (): void => {
      socket.destroy();
      done(Buffer.concat(pieces));
    };
    const socket = createConnection(target, () => {
      socket.write(typeof request === 'string' ? Buffer.from(request, 'latin1') : request);
      if (abort) setTimeout(finish, 100);
    });
    socket.setTimeout(waitMs, finish);
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    // nginx resets some hostile connections: what came until then is the answer.
    socket.on('error', finish);
    socket.on('close', finish);
  });
}
