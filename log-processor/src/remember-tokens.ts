/** Remembers the tokens of an address beside it: an HMAC costs more than all other steps together, and visitors come again. */
import type { KeyObject } from 'node:crypto';
import type { Address } from './record.ts';
import { rememberRecent } from './steps/recent.ts';

/** The tokens of one address under one key; most lines of an address come from the agent of the line before. */
export class TokenMemory {
  /** Stands for the key, so that a memory does not keep a destroyed key alive; 0 while nothing is remembered. */
  epoch = 0;
  /** Null until a line needs it. */
  client: string | null = null;
  lastAgent = '';
  /** Empty while there is none. */
  lastVisitor = '';
  /** Visitors by user agent, once there are two. */
  others: Map<string, string> | null = null;
  /** The same address under another key. */
  next: TokenMemory | null = null;
}

/** One memory for all addresses that are one client: those of an IPv6 /64 change every few hours. At most about 60,000. */
export function createMemories(): (address: Address | null) => TokenMemory {
  const memoryOf = rememberRecent(() => new TokenMemory(), 60_000);
  return (address) => memoryOf(address === null ? '' : String.fromCharCode(...address.bytes));
}

export type TokenTools = {
  visitorToken(key: KeyObject, site: string, addressBytes: Uint8Array, userAgent: string): string;
  clientToken(key: KeyObject, site: string, addressBytes: Uint8Array): string;
  /** Reads an address as it stands in `Address.text`. */
  parseAddress(text: string): Address | null;
};

/** Whose tokens are asked for. */
type Whose = { readonly site: string; readonly userAgent: string };

/** Agents of one address remembered at most. */
const mostAgents = 100;
/** Keys of one address remembered at most: two days of one site, or a few sites. */
const mostKeys = 4;

export class Tokens {
  readonly #tools: TokenTools;
  readonly #epochs = new WeakMap<KeyObject, number>();
  #epochsSeen = 0;

  constructor(tools: TokenTools) {
    this.#tools = tools;
  }

  /** A number for the key that no other key has. */
  epochOf(key: KeyObject): number {
    let epoch = this.#epochs.get(key);
    if (epoch === undefined) {
      this.#epochsSeen += 1;
      epoch = this.#epochsSeen;
      this.#epochs.set(key, epoch);
    }
    return epoch;
  }

  /** What is known of the address under the key of this number; asked for once per line and key. */
  under(epoch: number, memory: TokenMemory): TokenMemory {
    let count = 1;
    for (let known: TokenMemory | null = memory; known !== null; known = known.next) {
      if (known.epoch === epoch) return known;
      if (known.epoch === 0) return begin(known, epoch);
      if (known.next === null && count < mostKeys) return begin((known.next = new TokenMemory()), epoch);
      count += 1;
    }
    return begin(oldestOf(memory), epoch);
  }

  client(known: TokenMemory, key: KeyObject, address: string, { site }: Whose): string {
    known.client ??= this.#tools.clientToken(key, site, this.#bytesOf(address));
    return known.client;
  }

  visitor(known: TokenMemory, key: KeyObject, address: string, whose: Whose): string {
    const { userAgent, site } = whose;
    if (known.lastAgent === userAgent && known.lastVisitor !== '') return known.lastVisitor;
    let token = known.others?.get(userAgent);
    if (token === undefined) {
      token = this.#tools.visitorToken(key, site, this.#bytesOf(address), userAgent);
      if (known.lastVisitor !== '') keep(known, userAgent, token);
    }
    known.lastAgent = userAgent;
    known.lastVisitor = token;
    return token;
  }

  /** Read again where a token is made, because keeping the bytes of every address costs more than reading some of them twice. */
  #bytesOf(address: string): Uint8Array {
    const parsed = this.#tools.parseAddress(address);
    if (parsed === null) throw new Error('what was an address is none any more');
    return parsed.bytes;
  }
}

function begin(memory: TokenMemory, epoch: number): TokenMemory {
  memory.epoch = epoch;
  memory.client = null;
  memory.lastAgent = '';
  memory.lastVisitor = '';
  memory.others = null;
  return memory;
}

/** Keys are numbered as they come. */
function oldestOf(memory: TokenMemory): TokenMemory {
  let oldest = memory;
  for (let other = memory.next; other !== null; other = other.next) if (other.epoch < oldest.epoch) oldest = other;
  return oldest;
}

/** A second agent of the address: from now on both are remembered. */
function keep(known: TokenMemory, userAgent: string, token: string): void {
  if (known.others === null || known.others.size >= mostAgents) known.others = new Map();
  known.others.set(known.lastAgent, known.lastVisitor).set(userAgent, token);
}
