/** Smart plugs: what is drawn at the wall, asked over the local network from Shelly (both generations) and Tasmota devices. */
import { LoginWanted, SensorFailed } from '../reading.ts';
import type { Scope, Sensor } from '../reading.ts';
import { digestLogin } from './digest-login.ts';
import type { Login } from './digest-login.ts';

export type PlugModel = 'shelly' | 'shelly-gen1' | 'tasmota';
/** @throws Error where there was no answer of status 200 that is JSON */
export type AskJson = (url: string, options: { readonly timeoutMs: number; readonly authorization?: string }) => Promise<unknown>;

export type PlugOptions = {
  readonly name: string;
  readonly model: PlugModel;
  /** Such as `http://192.0.2.7`. */
  readonly url: string;
  readonly channel: number;
  readonly scope: Scope;
  /** `machine`, or `datacenter` for a meter of the whole building. */
  readonly zone: 'machine' | 'datacenter';
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Reads user and password again at every call, so that they may change; null where the plug wants none. */
  readonly login: (() => Promise<Login>) | null;
  readonly ask: AskJson;
};

/** Shelly: https://shelly-api-docs.shelly.cloud (Switch.GetStatus, /meter); Tasmota: https://tasmota.github.io/docs/Commands (Status 8). */
const paths: Readonly<Record<PlugModel, (channel: number) => string>> = {
  shelly: (channel) => `/rpc/Switch.GetStatus?id=${channel}`,
  'shelly-gen1': (channel) => `/meter/${channel}`,
  tasmota: () => '/cm?cmnd=Status%208',
};

/** Their own energy counters step by 1 Wh (3.6 kJ), too coarse for a minute: the watts are added up here instead. */
export function createPlug(options: PlugOptions): Sensor {
  const { name, model, channel, scope, zone, everyMs } = options;
  return {
    name, source: 'plug', scope, about: zone, everyMs,
    async read() {
      const login = await options.login?.();
      const answer = await answerOf(options, login).catch((error: unknown) => {
        throw new SensorFailed(`the plug ${name} gave no answer${reasonOf(error, options.url)}`, { cause: error });
      });
      const watts = wattsIn(model, channel, answer);
      if (typeof watts !== 'number' || !Number.isFinite(watts) || watts < 0 || watts > 100_000) throw new SensorFailed(`the plug ${name} answered without a power between 0 and 100,000 W`);
      return [{ hwId: name, zone, watts, joules: null }];
    },
  }; // prettier-ignore
}

/** Tasmota takes its login in the query, Shelly of the first generation as basic auth, the second and later as digest, once it has said its nonce. */
async function answerOf({ url, model, channel, ask, timeoutMs }: PlugOptions, login: Login | undefined): Promise<unknown> {
  const address = new URL(paths[model](channel), url);
  if (login === undefined) return ask(address.href, { timeoutMs });
  const { username, password } = login;
  if (model === 'tasmota') {
    address.searchParams.set('user', username);
    address.searchParams.set('password', password);
    return ask(address.href, { timeoutMs });
  }
  if (model === 'shelly-gen1') return ask(address.href, { timeoutMs, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` });
  try {
    return await ask(address.href, { timeoutMs });
  } catch (error) {
    if (!(error instanceof LoginWanted)) throw error;
    return ask(address.href, { timeoutMs, authorization: digestLogin(error.challenge, address.pathname + address.search, login) });
  }
}

/** Why, without the address, which the name of the plug stands for. */
function reasonOf(error: unknown, url: string): string {
  return error instanceof Error ? `: ${error.message.replace(`${new URL(url).host} `, 'it ')}` : '';
}

function wattsIn(model: PlugModel, channel: number, answer: unknown): unknown {
  if (model === 'shelly') return at(answer, 'apower');
  if (model === 'shelly-gen1') return at(answer, 'is_valid') === false ? undefined : at(answer, 'power');
  const power = at(at(at(answer, 'StatusSNS'), 'ENERGY'), 'Power');
  // One number is the only channel there is.
  return Array.isArray(power) ? power[channel] : channel === 0 ? power : undefined;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
