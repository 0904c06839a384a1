/** Reads a client address as nginx and proxies write it and gives its canonical bytes, so that one client has one form. */
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Address } from '../record.ts';
import { usualSixBytes } from './usual-six.ts';

/** The longest text that can be an address: `[` IPv6 with an embedded IPv4, a zone of 16 letters, `]:65535`. */
const maxLength = 80;
const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/;

/**
 * Accepts dotted quads (decimal, no leading zeros), IPv6 as RFC 4291 writes it, a zone (`%eth0`, dropped), and a port (`1.2.3.4:80`, `[::1]:80`).
 * The bytes are the 4 of IPv4 (v4-mapped IPv6 included) or the first 8 of IPv6, its /64. `text` is the address alone. Null for all else.
 */
export function parseAddress(text: string): Address | null {
  if (text.length > maxLength) return null;
  const usual = usualSixBytes(text);
  if (usual !== null) return { text, bytes: usual };
  const trimmed = text.trim();
  return parseQuad(trimmed) ?? parseWithPort(trimmed) ?? parseSix(trimmed);
}

function parseQuad(text: string): Address | null {
  const bytes = quadBytes(text);
  return bytes === null ? null : { text, bytes };
}

/** Four decimal numbers up to 255. A leading zero is refused: some programs read it as octal, so it names two addresses. */
function quadBytes(text: string): Uint8Array | null {
  if (text.length < 7 || text.length > 15) return null;
  const bytes = new Uint8Array(4);
  let offset = 0;
  for (let index = 0; index < 4; index += 1) {
    const end = index === 3 ? text.length : text.indexOf('.', offset);
    const value = octet(text, offset, end);
    if (value === -1) return null;
    bytes[index] = value;
    offset = end + 1;
  }
  return bytes;
}

/** The number between two offsets, or -1. */
function octet(text: string, start: number, end: number): number {
  const digits = end - start;
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(start) === 48)) return -1;
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > 255 ? -1 : value;
}

function parseWithPort(text: string): Address | null {
  if (text.startsWith('[')) {
    const [, host, port] = bracketed.exec(text) ?? [];
    return host === undefined || !isPort(port ?? '0') ? null : parseSix(host);
  }
  const colon = text.indexOf(':');
  if (colon < 7 || !isPort(text.slice(colon + 1))) return null;
  return parseQuad(text.slice(0, colon));
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function parseSix(text: string): Address | null {
  const zone = text.indexOf('%');
  if (zone === text.length - 1) return null;
  const host = zone === -1 ? text : text.slice(0, zone);
  if (!isIPv6(host)) return null;
  const address = ipaddr.IPv6.parse(host);
  if (address.isIPv4MappedAddress()) {
    const mapped = address.toIPv4Address();
    return { text: mapped.toString(), bytes: Uint8Array.from(mapped.toByteArray()) };
  }
  return { text: host, bytes: Uint8Array.from(address.toByteArray().slice(0, 8)) };
}
