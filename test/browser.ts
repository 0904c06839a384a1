/** A real Chromium for tests, spoken to by its own DevTools protocol: what a page looks like, what it asks for, and what a screen reader is told. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from '../tools/find-server.ts';

export const hasBrowser = findServer('chromium') !== null;

export type Look = { readonly theme: 'light' | 'dark'; readonly width: number };

export type Page = {
  /** Every address that was asked for since the page was opened. */
  readonly requests: readonly string[];
  /** What the browser complained about, policy violations among it. */
  readonly complaints: readonly string[];
  /** The value of an expression, as JSON. */
  evaluate(expression: string): Promise<unknown>;
  press(key: 'Tab' | 'Enter'): Promise<void>;
  /** Role and name of everything a screen reader is told. */
  accessible(): Promise<readonly { readonly role: string; readonly name: string }[]>;
};

export type Browser = { open(url: string, look: Look): Promise<Page>; close(): Promise<void> };

type Message = Readonly<Record<string, unknown>>;
type Listener = (method: string, params: Message) => void;

const fieldsOf = (value: unknown): Message => (typeof value === 'object' && value !== null ? { ...value } : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Starts a browser with a profile of its own, which goes with it. */
export async function openBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'tidewatch-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(findServer('chromium') ?? 'chromium', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`chromium ended before it could be spoken to: ${said.slice(-500)}`)));
  });
  const socket = await connect(address);
  return {
    open: (url, look) => openPage(socket, url, look),
    close: async () => {
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

type Socket = { send(method: string, params?: object, session?: string): Promise<Message>; listen(session: string, listener: Listener): void };

async function connect(address: string): Promise<Socket> {
  const socket = new WebSocket(address);
  const waiting = new Map<number, { resolve: (value: Message) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, Listener>();
  socket.addEventListener('message', ({ data }) => {
    const message = fieldsOf(JSON.parse(String(data)));
    const asked = waiting.get(Number(message['id']));
    if (asked === undefined) {
      listeners.get(textOf(message['sessionId']))?.(textOf(message['method']), fieldsOf(message['params']));
      return;
    }
    waiting.delete(Number(message['id']));
    if (message['error'] === undefined) asked.resolve(fieldsOf(message['result']));
    else asked.reject(new Error(textOf(fieldsOf(message['error'])['message'])));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('no connection to chromium')));
  });
  let last = 0;
  return {
    listen: (session, listener) => void listeners.set(session, listener),
    send: (method, params = {}, session) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params, ...(session === undefined ? {} : { sessionId: session }) }));
      }),
  };
}

async function openPage(socket: Socket, url: string, { theme, width }: Look): Promise<Page> {
  const target = textOf((await socket.send('Target.createTarget', { url: 'about:blank' }))['targetId']);
  const session = textOf((await socket.send('Target.attachToTarget', { targetId: target, flatten: true }))['sessionId']);
  const send = (method: string, params: object = {}): Promise<Message> => socket.send(method, params, session);
  const requests: string[] = [];
  const complaints: string[] = [];
  const { promise: loaded, resolve: isLoaded } = Promise.withResolvers<null>();
  socket.listen(session, (method, params) => {
    if (method === 'Network.requestWillBeSent') requests.push(textOf(fieldsOf(params['request'])['url']));
    if (method === 'Log.entryAdded') complaints.push(textOf(fieldsOf(params['entry'])['text']));
    if (method === 'Page.loadEventFired') isLoaded(null);
  });
  for (const domain of ['Page', 'Network', 'Log', 'Accessibility']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: theme }] });
  await send('Page.navigate', { url });
  await loaded;
  return {
    requests,
    complaints,
    evaluate: async (expression) => fieldsOf((await send('Runtime.evaluate', { expression, returnByValue: true }))['result'])['value'],
    press: async (key) => {
      const event = { key, code: key, windowsVirtualKeyCode: key === 'Tab' ? 9 : 13 };
      await send('Input.dispatchKeyEvent', key === 'Enter' ? { type: 'keyDown', text: '\r', ...event } : { type: 'rawKeyDown', ...event });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    },
    accessible: async () => {
      const { nodes } = await send('Accessibility.getFullAXTree');
      return (Array.isArray(nodes) ? nodes.map(fieldsOf) : []).map((node) => ({ role: textOf(fieldsOf(node['role'])['value']), name: textOf(fieldsOf(node['name'])['value']) }));
    },
  };
}
