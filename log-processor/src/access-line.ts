/** What an access line looks like once it is public: the JSON text as bytes. Nothing stands beside it, see docs/decisions/0006-access-lines-without-metadata.md. */
import { putNumber, putSeconds } from './digits.ts';
import { Fragments } from './fragment.ts';
import type { PublicRequest } from './record.ts';

/** The value of the label `stream`: pages of the monitoring stack itself are apart. */
export const streamOf = (request: PublicRequest): 'access' | 'stack' => (request.audience || request.kind === 'health' ? 'access' : 'stack');

/** Room that a line needs at most. */
export const accessLineBytes = (request: PublicRequest): number => 1024 + 6 * (request.path.length + request.referrerHost.length);

/** What was asked of one path; a list, because few paths are asked for in more than one way. */
type Asked = { readonly path: string; readonly method: string; readonly kind: string; readonly status: number; readonly text: number; readonly next: Asked | null };
/** Who asked, of one country and family. */
type Told = { readonly country: string; readonly family: string; readonly agentClass: string; readonly os: string; readonly device: string; readonly text: number; readonly next: Told | null };

/** Most lines are found by a cheap guess, which costs a fifth of asking a Map for a string. A power of two. */
const guesses = 4096;

/** `",` as the bytes of a little-endian number. */
const quoteComma = 0x2c22;

/** Writes the JSON text of lines, keys in a fixed order; values a line does not have are left out. */
export class AccessText {
  /** Whatever follows holds numbers of these and is forgotten with them. */
  readonly #texts = new Fragments();
  readonly #visitor = this.#texts.keep('"visitor":"');
  readonly #client = this.#texts.keep('"client":"');
  readonly #time = this.#texts.keep(',"request_time":');
  readonly #upstream = this.#texts.keep(',"upstream_time":');
  readonly #asked = new Map<string, Asked>();
  readonly #guessedAsked: (Asked | undefined)[] = Array.from({ length: guesses });
  readonly #referrers = new Map<string, number>();
  #lastReferrer = '';
  #lastReferrerText = -1;
  readonly #told = new Map<string, Map<string, Told>>();
  readonly #guessedTold: (Told | undefined)[] = Array.from({ length: guesses });
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** The memory of the view. */
  #bytes: Buffer = Buffer.alloc(0);

  constructor() {
    this.#texts.fix();
  }

  /** Writes all but the `{` of the line; `accessLineBytes` must be free. @returns where it ends */
  write(request: PublicRequest, view: DataView, start: number): number {
    const texts = this.#texts;
    if (texts.isFull) this.#forget();
    if (view !== this.#view) this.#use(view);
    let at = start;
    if (request.visitor !== null) at = this.#putToken(texts.put(view, at, this.#visitor), request.visitor);
    if (request.client !== null) at = this.#putToken(texts.put(view, at, this.#client), request.client);
    at = putNumber(view, texts.put(view, at, this.#askedText(request)), request.bytes);
    if (request.durationMs >= 0) at = putSeconds(view, texts.put(view, at, this.#time), request.durationMs);
    if (request.upstreamMs >= 0) at = putSeconds(view, texts.put(view, at, this.#upstream), request.upstreamMs);
    at = texts.put(view, at, this.#referrerText(request.referrerHost));
    return texts.put(view, at, this.#toldText(request));
  }

  #use(view: DataView): void {
    this.#view = view;
    this.#bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  }

  #forget(): void {
    this.#texts.forget();
    this.#asked.clear();
    this.#referrers.clear();
    this.#told.clear();
    this.#guessedAsked.fill(undefined);
    this.#guessedTold.fill(undefined);
    this.#lastReferrerText = -1;
  }

  #putToken(at: number, token: string): number {
    const end = at + this.#bytes.write(token, at);
    this.#view.setUint16(end, quoteComma, true);
    return end + 2;
  }

  /** Method, path, kind and status. */
  #askedText(request: PublicRequest): number {
    const { path, status } = request;
    const guess = (path.length + codeAt(path, path.length >> 1) * 37 + codeAt(path, path.length - 1) * 101 + status * 11) & (guesses - 1);
    const asked = this.#guessedAsked[guess];
    if (asked !== undefined && asked.status === status && asked.path === path && asked.method === request.method && asked.kind === request.kind) return asked.text;
    const found = this.#findAsked(request);
    this.#guessedAsked[guess] = found;
    return found.text;
  }

  #findAsked({ method, path, kind, status }: PublicRequest): Asked {
    const known = this.#asked.get(path) ?? null;
    for (let asked = known; asked !== null; asked = asked.next) if (asked.status === status && asked.method === method && asked.kind === kind) return asked;
    const text = this.#texts.keep(`"method":"${method}","path":${JSON.stringify(path)},"kind":"${kind}","status":${status},"bytes":`);
    const asked = { path, method, kind, status, text, next: known };
    this.#asked.set(path, asked);
    return asked;
  }

  #referrerText(host: string): number {
    if (host === this.#lastReferrer && this.#lastReferrerText !== -1) return this.#lastReferrerText;
    let text = this.#referrers.get(host);
    if (text === undefined) this.#referrers.set(host, (text = this.#texts.keep(`,"referrer":${JSON.stringify(host)}`)));
    this.#lastReferrer = host;
    this.#lastReferrerText = text;
    return text;
  }

  /** Country and agent. */
  #toldText(request: PublicRequest): number {
    const { country, family, os, device } = request;
    const guess = (codeAt(country, 0) * 113 + codeAt(country, 1) * 29 + family.length * 401 + codeAt(family, 0) * 7 + os.length * 61 + device.length) & (guesses - 1);
    const told = this.#guessedTold[guess];
    if (told !== undefined && told.country === country && told.family === family && told.os === os && told.device === device && told.agentClass === request.agentClass) return told.text;
    const found = this.#findTold(request);
    this.#guessedTold[guess] = found;
    return found.text;
  }

  #findTold({ country, family, agentClass, os, device }: PublicRequest): Told {
    let ofCountry = this.#told.get(country);
    if (ofCountry === undefined) this.#told.set(country, (ofCountry = new Map<string, Told>()));
    const known = ofCountry.get(family) ?? null;
    for (let told = known; told !== null; told = told.next) if (told.os === os && told.device === device && told.agentClass === agentClass) return told;
    const text = this.#texts.keep(`,"country":"${country}","agent_class":"${agentClass}","agent":"${family}","os":"${os}","device":"${device}"}`);
    const told = { country, family, agentClass, os, device, text, next: known };
    ofCountry.set(family, told);
    return told;
  }
}

/** 0 where the text is shorter. */
const codeAt = (text: string, index: number): number => (index >= 0 && index < text.length ? text.charCodeAt(index) : 0);
