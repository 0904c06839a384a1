/**
 * The canaries of test T1: made-up personal data in every encoding of the leak-channel list, and the search that must not find them again.
 * Addresses are from the documentation ranges, the rest is invented or a published example.
 */

export type CanaryKind = 'v4' | 'v6' | 'mac' | 'email' | 'token' | 'uuid' | 'jwt' | 'number' | 'path';
export type Canary = {
  readonly name: string;
  readonly kind: CanaryKind;
  readonly value: string;
  /** The part that gives the person away even when the rest is gone; the value itself unless told. */
  readonly needle: string;
  readonly encodings: readonly { readonly name: string; readonly text: string }[];
};

type Encoding = readonly [name: string, text: string];

const every = (text: string, write: (byte: number) => string): string => [...Buffer.from(text)].map(write).join('');
const hex2 = (byte: number): string => byte.toString(16).padStart(2, '0');
const percent = (text: string): string => every(text, (byte) => `%${hex2(byte)}`);
const percentMarks = (text: string): string => text.replace(/[^A-Za-z0-9]/g, percent);
const again = (text: string): string => text.replaceAll('%', '%25');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Encodings that any text can take. */
function general(value: string): Encoding[] {
  return [
    ['plain', value],
    ['percent marks', percentMarks(value)],
    ['percent', percent(value)],
    ['percent upper case', percent(value).toUpperCase()],
    ['percent twice', again(percent(value))],
    ['percent three times', again(again(percent(value)))],
    ['percent u', every(value, (byte) => `%u00${hex2(byte)}`)],
    ['base64', base64(value)],
    ['base64 second alignment', base64(`x${value}`)],
    ['base64 third alignment', base64(`xy${value}`)],
    ['base64 cut at the front', base64(`x${value}`).slice(1)],
    ['base64url', Buffer.from(value).toString('base64url')],
    ['base64 of a query', base64(`https://a.example/?q=${value}&b=1`)],
    ['base64 twice', base64(base64(value))],
    ['base64 of percent', base64(percentMarks(value))],
    ['base64 of UTF-16', Buffer.from(value, 'utf16le').toString('base64')],
    ['percent of base64', percent(base64(value))],
    ['hexadecimal', Buffer.from(value).toString('hex')],
    ['hexadecimal upper case', Buffer.from(value).toString('hex').toUpperCase()],
    ['hexadecimal shifted', `0${Buffer.from(value).toString('hex')}`],
    ['backslash u', every(value, (byte) => `\\u00${hex2(byte)}`)],
    ['backslash u braces', every(value, (byte) => `\\u{${hex2(byte)}}`)],
    ['backslash x', every(value, (byte) => `\\x${hex2(byte)}`)],
    ['entities', every(value, (byte) => `&#${byte};`)],
    ['entities hexadecimal', every(value, (byte) => `&#x${hex2(byte)};`)],
    ['entities percent', percent(every(value, (byte) => `&#${byte};`))],
    ['full width', value.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))],
    ['inside a word', `a-${value}.html`],
    ['in JSON', `{"a":"${value}"}`],
  ];
}

function v4Spellings(value: string): Encoding[] {
  const bytes = value.split('.').map(Number);
  const [first = 0, second = 0] = bytes;
  const join = (write: (byte: number) => string, by = '.'): string => bytes.map(write).join(by);
  const reversed = [...bytes].reverse();
  const whole = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const mapped = [0, 2].map((at) => ((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)).toString(16));
  return [
    ['port', `${value}:51234`],
    ['leading zeros', join((byte) => String(byte).padStart(3, '0'))],
    ['octal', join((byte) => `0${byte.toString(8)}`)],
    ['octal padded', join((byte) => byte.toString(8).padStart(4, '0'))],
    ['dotted hexadecimal', join((byte) => `0x${hex2(byte)}`)],
    ['mixed', `0x${hex2(first)}.0${second.toString(8)}.${bytes[2] ?? 0}.${bytes[3] ?? 0}`],
    ['two parts with hexadecimal', `0x${hex2(first)}.${whole % 2 ** 24}`],
    ['two parts, hexadecimal', `0x${hex2(first)}.0x${(whole % 2 ** 24).toString(16)}`],
    ['three parts with hexadecimal', `${first}.${second}.0x${(whole % 2 ** 16).toString(16)}`],
    ['two parts as a host', `http://${first}.${whole % 2 ** 24}`],
    ['three parts as a host', `http://${first}.${second}.${whole % 2 ** 16}`],
    ['three parts as a host behind a user', `http://me@${first}.${second}.${whole % 2 ** 16}`],
    ['decimal', String(whole)],
    ['octal number', `0${whole.toString(8)}`],
    ['hexadecimal number', `0x${whole.toString(16)}`],
    ['hexadecimal number upper case', `0X${whole.toString(16).toUpperCase()}`],
    ['v4-mapped', `::ffff:${value}`],
    ['v4-mapped hexadecimal', `::FFFF:${mapped.join(':')}`],
    ['v4-mapped long', `0:0:0:0:0:ffff:${value}`],
    ['6to4', `2002:${mapped.join(':')}::1`],
    ['NAT64', `64:ff9b::${value}`],
    ['reverse zone', `${reversed.join('.')}.in-addr.arpa`],
    ['host name reversed', `${reversed.join('-')}.dynamic.isp.example`],
    ['host name', `ip-${bytes.join('-')}.compute.example`],
    ['host name bare', `ec2-${bytes.join('-')}`],
    ['host name underscores', `host_${bytes.join('_')}`],
    ['host name padded', `dsl${join((byte) => String(byte).padStart(3, '0'), '')}.isp.example`],
    ['host name dots', `${value}.static.isp.example`],
    ['in a list', `203.0.113.254,${value}`],
  ];
}

function v6Groups(value: string): string[] {
  const [head = '', tail = ''] = value.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

function v6Spellings(value: string): Encoding[] {
  const groups = v6Groups(value);
  const long = groups.map((group) => group.padStart(4, '0'));
  const last = Number.parseInt((long[6] ?? '') + (long[7] ?? ''), 16);
  const tail = [last >>> 24, (last >>> 16) & 255, (last >>> 8) & 255, last & 255].join('.');
  const nibbles = Array.from(long.join('')).reverse().join('.');
  return [
    ['upper case', value.toUpperCase()],
    ['all groups', groups.join(':')],
    ['all digits', long.join(':')],
    ['zone', `${value}%eth0`],
    ['zone encoded', `[${value}%25eth0]`],
    ['brackets', `[${value}]`],
    ['brackets and port', `[${value}]:51234`],
    ['embedded v4', `${groups.slice(0, 6).join(':')}:${tail}`],
    ['reverse zone', `${nibbles}.ip6.arpa`],
    ['host name', `${value.replaceAll(':', '-')}.ipv6-literal.example`],
    ['host name with underscores', `${value.replaceAll(':', '_')}.isp.example`],
    ['underscores behind a word', `ip6_${value.replaceAll(':', '_')}`],
    ['host name long', `${long.join('-')}.isp.example`],
    ['32 digits', long.join('')],
  ];
}

function grouped(compact: string, sizes: readonly number[]): Encoding[] {
  let at = 0;
  const groups = sizes.map((size) => compact.slice(at, (at += size)));
  return ([[' ', 'spaces'], ['+', 'plus'], ['%20', 'percent 20'], ['-', 'hyphens'], ['.', 'dots'], ['\u00a0', 'no-break spaces']] as const).map(
    ([separator, name]) => [`groups with ${name}`, groups.join(separator)],
  );
}

function macSpellings(value: string): Encoding[] {
  const digits = value.replaceAll(':', '');
  return [
    ['hyphens', value.replaceAll(':', '-')],
    ['upper case', value.toUpperCase()],
    ['three groups', (digits.match(/.{4}/g) ?? []).join('.')],
    ['digits', digits],
    ['EUI-64 in IPv6', `fe80::200:5eff:fe00:${digits.slice(8)}`],
  ];
}

function canary(name: string, kind: CanaryKind, value: string, more: { spellings?: Encoding[]; needle?: string } = {}): Canary {
  const encodings = [...general(value), ...(more.spellings ?? [])].map(([encoding, text]) => ({ name: encoding, text }));
  return { name, kind, value, needle: more.needle ?? value, encodings };
}

const v4 = (value: string): Canary => canary(`v4 ${value}`, 'v4', value, { spellings: v4Spellings(value) });
const v6 = (value: string): Canary => canary(`v6 ${value}`, 'v6', value, { spellings: v6Spellings(value) });
const jwtOf = (header: object, payload: object, signature: string): string =>
  [JSON.stringify(header), JSON.stringify(payload)].map((part) => Buffer.from(part).toString('base64url')).join('.') + `.${signature}`;
const shortPayload = Buffer.from('{"sub":"7"}').toString('base64url');

export const canaries: readonly Canary[] = [
  v4('192.0.2.77'),
  v4('198.51.100.23'),
  v4('203.0.113.199'),
  v4('192.0.2.8'),
  v6('2001:db8::c0de'),
  v6('2001:db8:85a3::8a2e:370:7334'),
  v6('2001:db8:0:1:200:5eff:fe00:5342'),
  canary('mac', 'mac', '00:00:5e:00:53:42', { spellings: macSpellings('00:00:5e:00:53:42') }),
  canary('e-mail', 'email', 'jeanne.canari@example.org'),
  canary('e-mail with a plus', 'email', 'paul+canari@mail.example.com'),
  canary('e-mail with accents', 'email', 'zoé.canari@example.fr'),
  canary('token hexadecimal', 'token', '9f86d081884c7d659a2feaa0c55ad015'),
  canary('token base64url', 'token', 'q7Xw2-Zk9vTb_4LmNpR8sUyAeHdJ3fGc', { needle: 'Zk9vTb_4LmNpR8sUyAeHdJ3fGc' }),
  canary('token short, named', 'token', 'token=kanarienvogel', { needle: 'kanarienvogel' }),
  canary('password', 'token', 'password=serinus!', { needle: 'serinus!' }),
  canary('session', 'token', 'PHPSESSID=canaria-abc', { needle: 'canaria-abc' }),
  canary('uuid', 'uuid', '7c9e6679-7425-40de-944b-e07fc1f90ae7', { spellings: [['upper case', '7C9E6679-7425-40DE-944B-E07FC1F90AE7']] }),
  canary('jwt', 'jwt', jwtOf({ alg: 'HS256', typ: 'JWT' }, { sub: 'canary-1234567890' }, 'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c')),
  canary('jwt unsigned', 'jwt', jwtOf({ alg: 'none' }, { sub: '7' }, ''), { needle: shortPayload }),
  canary('NIR with key', 'number', '184017512345658', { spellings: grouped('184017512345658', [1, 2, 2, 2, 3, 3, 2]) }),
  canary('NIR without key', 'number', '2850578006084', { spellings: grouped('2850578006084', [1, 2, 2, 2, 3, 3]) }),
  canary('NIR of Corsica', 'number', '299072A00412331', { spellings: grouped('299072A00412331', [1, 2, 2, 2, 3, 3, 2]) }),
  canary('IBAN', 'number', 'FR7630006000011234567890189', { spellings: grouped('FR7630006000011234567890189', [4, 4, 4, 4, 4, 4, 3]) }),
  canary('IBAN of Germany', 'number', 'DE89370400440532013000', { spellings: grouped('DE89370400440532013000', [4, 4, 4, 4, 4, 2]) }),
  canary('phone', 'number', '0639981234', { spellings: grouped('0639981234', [2, 2, 2, 2, 2]) }),
  canary('phone with country', 'number', '+33639985678', { spellings: grouped('+33639985678', [3, 1, 2, 2, 2, 2]) }),
  canary('phone abroad', 'number', '+442079460958', { spellings: grouped('+442079460958', [3, 2, 4, 4]) }),
  canary('card', 'number', '4111111111111111', { spellings: grouped('4111111111111111', [4, 4, 4, 4]) }),
  canary('card of another issuer', 'number', '378282246310005', { spellings: grouped('378282246310005', [4, 6, 5]) }),
  canary('patient path', 'path', '/patient/ines-canarinelli', { needle: 'ines-canarinelli' }),
  canary('user path', 'path', '/users/gaspard.serin', { needle: 'gaspard.serin' }),
  canary('tilde path', 'path', '/~ocanari', { needle: 'ocanari' }),
];

/** The bytes of an address as programs store it: 4 for IPv4, 16 for IPv6. */
export function addressBytes(value: string): Buffer {
  if (!value.includes(':')) return Buffer.from(value.split('.').map(Number));
  return Buffer.from(v6Groups(value).map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** What base64 of anything that contains `value` must contain, for each of the three alignments. */
function base64Cores(value: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + value).toString('base64').replace(/=+$/, '');
    // the first and last characters also depend on the neighbours
    const tail = (offset + Buffer.byteLength(value)) % 3 === 0 ? 0 : 1;
    return encoded.slice(offset === 0 ? 0 : offset + 1, encoded.length - tail);
  });
}

type Needle = { readonly canary: string; readonly bytes: Buffer };
const shortest = 6;

/** What of an address gives it away inside anything: its bytes, their digits, its numbers with other separators, both ways round. */
function addressNeedles({ kind, value }: Canary): Buffer[] {
  if (kind !== 'v4' && kind !== 'v6') return [];
  const binary = addressBytes(value);
  const digits = binary.toString('hex');
  const numbers = kind === 'v4' ? [value.split('.'), value.split('.').reverse()] : [];
  const texts = [digits, digits.toUpperCase(), ...numbers.flatMap((parts) => ['.', '-', '_'].map((by) => parts.join(by)))];
  return [binary, ...texts.map((text) => Buffer.from(text))];
}

function needlesOf(one: Canary): Needle[] {
  const spellings = new Set([one.needle, ...one.encodings.map(({ text }) => text).filter((text) => !text.includes(one.needle))]);
  const derived = [one.needle, one.needle.toUpperCase(), one.needle.toLowerCase()].flatMap((text) => [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text).toString('hex')),
    Buffer.from(Buffer.from(text).toString('hex').toUpperCase()),
    ...base64Cores(text).map((core) => Buffer.from(core)),
  ]);
  const bytes = [...spellings].map((text) => Buffer.from(text)).concat(derived);
  const distinct = new Map([...bytes.filter((needle) => needle.length >= shortest), ...addressNeedles(one)].map((needle) => [needle.toString('hex'), needle]));
  return [...distinct.values()].map((needle) => ({ canary: one.name, bytes: needle }));
}

/** Needles by their first four bytes, and a table that says no to most places of a haystack at once. */
const byStart = Map.groupBy(canaries.flatMap(needlesOf), ({ bytes }) => bytes.readUInt32BE());
const maybeStart = new Uint8Array(65_536);
for (const start of byStart.keys()) maybeStart[start >>> 16] = 1;

/**
 * Names of the canaries that a haystack holds: in every encoding, also as UTF-16, base64 at the three alignments, hexadecimal,
 * and addresses as 4 or 16 bytes. One pass over the haystack, however many needles there are.
 */
export function findCanaries(haystack: Buffer | string): string[] {
  const bytes = typeof haystack === 'string' ? Buffer.from(haystack) : haystack;
  const found = new Set<string>();
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    if (maybeStart[bytes.readUInt16BE(at)] === 0) continue;
    for (const needle of byStart.get(bytes.readUInt32BE(at)) ?? []) {
      if (at + needle.bytes.length <= bytes.length && bytes.compare(needle.bytes, 0, needle.bytes.length, at, at + needle.bytes.length) === 0) found.add(needle.canary);
    }
  }
  return [...found];
}
