/** Finds the client behind trusted proxies: X-Forwarded-For counts only as far as somebody we trust wrote it. */
import { BlockList, isIP } from 'node:net';
import type { Address } from '../record.ts';

export type ProxyTrustTools = {
  /** Addresses, networks (`192.0.2.0/24`) and `unix:`. */
  readonly trusted: readonly string[];
  /** Takes a port off, as some proxies add one; null for what is no address. */
  readonly parseAddress: (text: string) => Address | null;
};

type Hop = { readonly address: Address | null; readonly trusted: boolean };

/** Bounds the memory of what is known of single addresses. */
const maxKnown = 20_000;

/**
 * Builds `(peer, forwardedFor) => client`, as nginx's `real_ip_recursive on`: from the right, the first address that is not itself trusted;
 * what stands left of it was sent by the client and never counts. An entry that is no address ends the search at the last one found.
 * The client is null for a unix socket with no address behind it, and for a peer that is no address.
 * @throws TypeError naming every entry of `trusted` that is neither an address nor a network nor `unix:`
 */
export function createProxyTrust({ trusted, parseAddress }: ProxyTrustTools): (peer: string, forwardedFor: string) => Address | null {
  const list = readTrusted(trusted);
  const trustsUnix = trusted.includes('unix:');
  const known = new Map<string, Hop | null>();

  const readHop = (text: string): Hop | null => {
    const address = parseAddress(text);
    return address === null ? null : { address, trusted: isListed(list, address.text) };
  };
  const hopOf = (text: string): Hop | null => {
    let hop = known.get(text);
    if (hop === undefined) {
      if (known.size >= maxKnown) known.clear();
      hop = readHop(text);
      known.set(text, hop);
    }
    return hop;
  };

  if (trusted.length === 0) return (peer) => (peer.startsWith('unix:') ? null : parseAddress(peer));
  return (peer, forwardedFor) => {
    const first = peer.startsWith('unix:') ? { address: null, trusted: trustsUnix } : hopOf(peer);
    if (first === null) return null;
    return first.trusted && forwardedFor !== '' ? clientBehind(first, forwardedFor, hopOf) : first.address;
  };
}

/** Builds `peer => whether what it forwards for can count`: where it does not, the peer is the client. @throws TypeError as `createProxyTrust` */
export function createPeerTrust({ trusted, parseAddress }: ProxyTrustTools): (peer: string) => boolean {
  const list = readTrusted(trusted);
  const trustsUnix = trusted.includes('unix:');
  return (peer) => (peer.startsWith('unix:') ? trustsUnix : trusted.length > 0 && isListed(list, parseAddress(peer)?.text ?? ''));
}

/** Goes through the list from its right end until an entry is not trusted or no address; empty entries are skipped, as nginx does. */
function clientBehind(proxy: Hop, forwardedFor: string, hopOf: (text: string) => Hop | null): Address | null {
  let client = proxy;
  for (let end = forwardedFor.length; client.trusted && end > 0; ) {
    const comma = forwardedFor.lastIndexOf(',', end - 1);
    const entry = forwardedFor.slice(comma + 1, end).trim();
    const hop = entry === '' ? client : hopOf(entry);
    if (hop === null) break;
    client = hop;
    end = comma;
  }
  return client.address;
}

function isListed(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function readTrusted(trusted: readonly string[]): BlockList {
  const list = new BlockList();
  const wrong = trusted.filter((entry) => entry !== 'unix:' && !addTo(list, entry));
  if (wrong.length > 0) throw new TypeError(`trusted proxies: expected addresses, networks such as 192.0.2.0/24, or unix: but found ${wrong.join(', ')}`);
  return list;
}

function addTo(list: BlockList, entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  const width = version === 4 ? 32 : 128;
  if (version === 0 || rest.length > 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= width))) return false;
  list.addSubnet(address, bits === undefined ? width : Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return true;
}
