/** What an access line looks like once it is public: the JSON text as bytes, and the structured metadata that queries filter on. */
import { fragmentOf, putAscii, putDigits, putFragment, putNumber, rememberFragments } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import type { PublicRequest } from './record.ts';

/** The value of the label `stream`: pages of the monitoring stack itself are apart. */
export const streamOf = (request: PublicRequest): 'access' | 'stack' => (request.audience || request.kind === 'health' ? 'access' : 'stack');

/** Structured metadata of an access line: small closed sets only, so that Loki keeps them once per chunk. */
export function accessMetadata(request: PublicRequest): readonly (readonly [name: string, value: string])[] {
  return [
    ['agent_class', request.agentClass],
    ['country', request.country],
    ['kind', request.kind],
    ['method', request.method],
    ['status', String(request.status)],
  ];
}

/** Room that a line needs at most. */
export const accessLineBytes = (request: PublicRequest): number => 1024 + 6 * (request.path.length + request.referrerHost.length);

type Asked = { readonly method: string; readonly kind: string; readonly status: number; readonly text: Fragment };
type Told = { readonly agentClass: string; readonly os: string; readonly device: string; readonly text: Fragment };

const visitorText = fragmentOf('"visitor":"');
const clientText = fragmentOf('"client":"');
const betweenText = fragmentOf('",');
const timeText = fragmentOf(',"request_time":');
const upstreamText = fragmentOf(',"upstream_time":');

const dot = 0x2e;
/** Durations over three weeks are written the slow way. */
const mostMs = 0x7fffffff;

/** Combinations remembered of a path, and of a country and family. */
const most = { paths: 10_000, ofPath: 32, told: 5000 };

/** Writes the JSON text of lines, keys in a fixed order; values a line does not have are left out. */
export class AccessText {
  readonly #asked = new Map<string, Asked[]>();
  readonly #told = new Map<string, Map<string, Told[]>>();
  readonly #referrer = rememberFragments((host) => `,"referrer":${JSON.stringify(host)}`, 20_000);
  #toldCount = 0;

  /** Writes all but the `{` of the line; `accessLineBytes` must be free. @returns where it ends */
  write(request: PublicRequest, view: DataView, start: number): number {
    let at = start;
    if (request.visitor !== null) at = putFragment(view, putAscii(view, putFragment(view, at, visitorText), request.visitor), betweenText);
    if (request.client !== null) at = putFragment(view, putAscii(view, putFragment(view, at, clientText), request.client), betweenText);
    at = putNumber(view, putFragment(view, at, this.#askedText(request)), request.bytes);
    if (request.durationMs >= 0) at = putSeconds(view, putFragment(view, at, timeText), request.durationMs);
    if (request.upstreamMs >= 0) at = putSeconds(view, putFragment(view, at, upstreamText), request.upstreamMs);
    at = putFragment(view, at, this.#referrer(request.referrerHost));
    return putFragment(view, at, this.#toldText(request));
  }

  /** Method, path, kind and status. */
  #askedText({ method, path, kind, status }: PublicRequest): Fragment {
    let known = this.#asked.get(path);
    if (known === undefined) {
      if (this.#asked.size >= most.paths) this.#asked.clear();
      this.#asked.set(path, (known = []));
    }
    for (const asked of known) if (asked.status === status && asked.method === method && asked.kind === kind) return asked.text;
    if (known.length >= most.ofPath) known.length = 0;
    const text = fragmentOf(`"method":"${method}","path":${JSON.stringify(path)},"kind":"${kind}","status":${status},"bytes":`);
    known.push({ method, kind, status, text });
    return text;
  }

  /** Country and agent. */
  #toldText({ country, family, agentClass, os, device }: PublicRequest): Fragment {
    const known = this.#toldOf(country, family);
    for (const told of known) if (told.os === os && told.device === device && told.agentClass === agentClass) return told.text;
    const text = fragmentOf(`,"country":"${country}","agent_class":"${agentClass}","agent":"${family}","os":"${os}","device":"${device}"}`);
    known.push({ agentClass, os, device, text });
    this.#toldCount += 1;
    return text;
  }

  #toldOf(country: string, family: string): Told[] {
    if (this.#toldCount >= most.told) {
      this.#told.clear();
      this.#toldCount = 0;
    }
    let ofCountry = this.#told.get(country);
    if (ofCountry === undefined) this.#told.set(country, (ofCountry = new Map<string, Told[]>()));
    let known = ofCountry.get(family);
    if (known === undefined) ofCountry.set(family, (known = []));
    return known;
  }
}

/** Milliseconds as seconds, without zeros at the end. */
function putSeconds(view: DataView, start: number, milliseconds: number): number {
  if (milliseconds > mostMs || !Number.isInteger(milliseconds)) return putAscii(view, start, String(milliseconds / 1000));
  const whole = milliseconds | 0; // whole 32-bit numbers divide many times faster
  const seconds = (whole / 1000) | 0;
  const rest = whole - seconds * 1000;
  const at = putNumber(view, start, seconds);
  if (rest === 0) return at;
  view.setUint8(at, dot);
  putDigits(view, at + 1, rest, 3);
  return rest % 100 === 0 ? at + 2 : rest % 10 === 0 ? at + 3 : at + 4;
}
