/** Tells who pushes: by tenant and secret, in constant time, from files that may be changed while the processor runs. */
import type { IncomingHttpHeaders } from 'node:http';

export type SenderOptions = {
  readonly name: string;
  /** X-Scope-OrgID; undefined where any will do. */
  readonly tenant: string | undefined;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  readonly bearerTokenFile: string | undefined;
};

export type SenderTools = {
  /** The one line of a secret file. @throws Error naming the file */
  readSecret(path: string): string;
  sameSecret(given: string, expected: string): boolean;
  nowMs(): number;
};

/** How old a secret that was read may get. */
const rereadMs = 10_000;

type Known = { readonly options: SenderOptions; expected: string | null };

export class Senders {
  readonly #tools: SenderTools;
  readonly #known: readonly Known[];
  #readMs: number;

  /** @throws Error naming a secret file that cannot be read: a sender without its secret would be open to everybody */
  constructor(senders: readonly SenderOptions[], tools: SenderTools) {
    this.#tools = tools;
    this.#known = senders.map((options) => ({ options, expected: authorization(options, tools) }));
    this.#readMs = tools.nowMs();
  }

  /** The name of the sender whose tenant and secret these headers carry; null where there is none. A secret that fits wins over none at all, and a tenant that fits over none. */
  identify(headers: IncomingHttpHeaders): string | null {
    this.#reread();
    const tenant = headers['x-scope-orgid'];
    const given = headers.authorization ?? '';
    let [openOfTenant, open]: [string | null, string | null] = [null, null];
    for (const { options, expected } of this.#known) {
      if (options.tenant !== undefined && options.tenant !== tenant) continue;
      if (expected !== null && this.#tools.sameSecret(given, expected)) return options.name;
      if (expected !== null) continue;
      if (options.tenant === undefined) open = options.name;
      else openOfTenant = options.name;
    }
    return openOfTenant ?? open;
  }

  /** A file that cannot be read now changes nothing: the old secret holds until there is a new one. */
  #reread(): void {
    if (this.#tools.nowMs() - this.#readMs < rereadMs) return;
    this.#readMs = this.#tools.nowMs();
    for (const known of this.#known) {
      try {
        known.expected = authorization(known.options, this.#tools);
      } catch {
        continue; // written anew right now, or away: asked again in ten seconds
      }
    }
  }
}

function authorization({ username, passwordFile, bearerTokenFile }: SenderOptions, tools: SenderTools): string | null {
  if (bearerTokenFile !== undefined) return `Bearer ${tools.readSecret(bearerTokenFile)}`;
  if (username === undefined || passwordFile === undefined) return null;
  return `Basic ${Buffer.from(`${username}:${tools.readSecret(passwordFile)}`).toString('base64')}`;
}
