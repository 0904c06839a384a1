/** Turns an address into a keyed token: the only trace of it that anything after `anonymise` may see. */
import type { KeyObject } from 'node:crypto';
import { hmacOfRoom, messageRoom } from './hmac.ts';

const visitorHexDigits = 32; // 128 bits
const clientHexDigits = 16; // 64 bits

/** One message at a time is built in it, so that a token costs no allocation but its own. */
let message = messageRoom(0);

/**
 * The visitor of a day: the first 128 bits, in hexadecimal, of HMAC-SHA-256(epoch key, "visitor", site, address, user agent),
 * each field behind its length (design section 4), so that no two field lists give the same message.
 */
export function visitorToken(key: KeyObject, site: string, addressBytes: Uint8Array, userAgent: string): string {
  reserve(site.length + userAgent.length, addressBytes.length);
  let end = putText('visitor', 0);
  end = putText(site, end);
  end = putBytes(addressBytes, end);
  end = putText(userAgent, end);
  return tokenOf(key, end, visitorHexDigits);
}

/** The client behind an error or an application line: the first 64 bits of HMAC-SHA-256(epoch key, "client", site, address). */
export function clientToken(key: KeyObject, site: string, addressBytes: Uint8Array): string {
  reserve(site.length, addressBytes.length);
  let end = putText('client', 0);
  end = putText(site, end);
  end = putBytes(addressBytes, end);
  return tokenOf(key, end, clientHexDigits);
}

/** A UTF-16 unit takes at most three bytes in UTF-8. */
function reserve(textUnits: number, bytes: number): void {
  const needed = 64 + textUnits * 3 + bytes;
  if (needed > message.length) message = messageRoom(needed);
}

/** Four bytes of length, big-endian, then the UTF-8 bytes; answers where the next field starts. */
function putText(text: string, offset: number): number {
  const length = message.write(text, offset + 4, 'utf8');
  message.writeUInt32BE(length, offset);
  return offset + 4 + length;
}

function putBytes(bytes: Uint8Array, offset: number): number {
  message.writeUInt32BE(bytes.length, offset);
  message.set(bytes, offset + 4);
  return offset + 4 + bytes.length;
}

function tokenOf(key: KeyObject, end: number, hexDigits: number): string {
  message.write(hmacOfRoom(key, end), 'latin1');
  return message.toString('latin1', 0, hexDigits); // not a slice of the whole digest, which would stay in memory as long
}
