/** What programs write around a datum hides it no more: escaped line ends, colours, quotes within quotes, narrow spaces, digits of other scripts, NUL. */
import { describe, expect, test } from 'vitest';
import { LineScrubber } from './scrub-line.ts';
import { createScrubber } from './scrub.ts';

const timeMs = Date.UTC(2026, 10, 28, 5, 39, 14);
const scrubber = new LineScrubber();
const whole = createScrubber({ replaceAddress: () => '<a>' });
const scrub = (text: string): string => scrubber.scrub(text, { write: () => '<a>', timeMs }).text;

const data = [
  ['fe80::1', '<a>'], ['2001::1', '<a>'], ['0xc0000201', '<a>'], ['c0000201', '<a>'], ['192.0.2.1', '<a>'], ['00:00:5e:00:53:01', ':mac'], ['FR7630006000011234567890189', ':iban'],
  ['FR76 3000 6000 0112 3456 7890 189', ':iban'], ['+442079460000', ':phone'], ['token=abcdef', 'token=:token'], ['Bearer abcdef', 'Bearer :token'],
] as const;
const befores = ['\\n', '\\t', '\\r\\n', '\\\\n', '\u001b[31m', '\u001b[1;31m', '\\u001b[1;31m'];
/** Those that are decoded: the whole word gives way. */
const decoded = ['\\x1b[0m', '\\033[33m'];

describe.each(befores.map((before) => [JSON.stringify(before), before] as const))('behind %s', (_, before) => {
  test.each(data)('%s is found', (datum, expected) => {
    expect(scrub(`{"message":"over${before}${datum}"}`)).toBe(`{"message":"over${before}${expected}"}`);
    expect(whole(`over${before}${datum}`).text).toBe(`over${before}${expected}`);
  });
});

test.each(decoded)('behind %s nothing is left of a datum', (before) => {
  for (const [datum] of data) for (const text of [scrub(`{"message":"over${before}${datum}"}`), whole(`over${before}${datum}`).text]) expect(text).not.toContain(datum.replace(/^.*[= ]/, ''));
});

test('the value behind the name of a secret goes in every way of quoting, letters alone too', () => {
  for (const [line, expected] of [
    ['{"token":"abcdef"}', '{"token":":token"}'], ['{"password":"hunter","x":1}', '{"password":":token","x":1}'], ['x {\\"password\\":\\"hunter\\"}', 'x {\\"password\\":\\":token\\"}'],
    ['{\\\\\\"otp\\\\\\": \\\\\\"hunter\\\\\\"}', '{\\\\\\"otp\\\\\\": \\\\\\":token\\\\\\"}'], ["{'password': 'hunter2'}", "{'password': ':token'}"], ["{'password':'hunter'}", "{'password':':token'}"], ["{'a': {'session' : 'x'}}", "{'a': {'session' : ':token'}}"],
    ['password="hunter2" x', 'password=":token" x'], ["password='hunter2' x", "password=':token' x"], ['login=\\"jean\\"', 'login=\\":token\\"'], ['\u001b[36mtoken\u001b[0m=abc', '\u001b[36mtoken\u001b[0m=:token'],
    [`${'a'.repeat(300)}'password': 'hunter2'`, `${'a'.repeat(300)}'password': ':token'`],
  ] as const) expect(scrub(line), line).toBe(expected);
  for (const line of ["it's 12:30, isn't it", "{'depth': '12'}", 'level="warn" depth="12"', "open '/srv/x' failed"]) expect(scrub(line)).toBe(line);
});

test('groups of a number go on over every space and hyphen of Unicode, and over what stands for them in a URL', () => {
  for (const between of ['\u202f', '\u2009', '\u2007', '\u2011', '\u2013', '\u2212', '%20']) {
    expect(scrub(`tel ${['06', '12', '34', '56', '78'].join(between)}`), between).toBe('tel :phone');
    expect(scrub(`card ${['4111', '1111', '1111', '1111'].join(between)}`), between).toBe('card :card');
    expect(scrub(`iban ${['FR76', '3000', '6000', '0112', '3456', '7890', '189'].join(between)}`), between).toBe('iban :iban');
    // Half of it in another word.
    expect(scrub(`tel 06${between}12 34 56${between}78`), between).toBe('tel :phone');
  }
  expect(scrub('tel %2B33 6 12 34 56 78')).toBe('tel :phone');
});

test('an address in UTF-16, in digits of another script, with invisible signs or escaped twice is one', () => {
  const address = '192.0.2.1';
  const utf16 = Array.from(address, (char) => `${char}\0`).join('');
  const twice = Array.from(address, (char) => `\\\\u00${char.charCodeAt(0).toString(16)}`).join('');
  const inScript = (zero: number): string => address.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
  for (const text of [utf16, `\0${utf16}`, '192\0.0.2.1', '19%002.0.2.1', twice, inScript(0x660), inScript(0x966), inScript(0x1d7ce), '1\ufe0f92.0.2.1', '1\u20e39\u20e32.0.2.1', '192.0.2\u00ad.1']) expect(scrub(`peer ${text} left`), JSON.stringify(text)).toBe('peer <a> left');
});

test('an underscore hides no address', () => {
  expect(scrub('conn_2001::1_up')).toBe('conn_<a>_up');
});

test('headers, passwords in addresses, and the brackets of reports hide nothing', () => {
  for (const [line, expected] of [
    ['Authorization: Token abc sent', 'Authorization: Token :token sent'], ['authorization: abc', 'authorization: :token'], ['X-Api-Key: abc, next', 'X-Api-Key: :token next'], ['Proxy-Authorization: Basic YWJj x', 'Proxy-Authorization: Basic :token x'],
    ['password: hunter', 'password: :token'], ['X-Auth-Token:  abc', 'X-Auth-Token:  :token'], ['Authorization: Bearer abcdef', 'Authorization: Bearer :token'],
    ['redis://:pass@localhost/0', 'redis://::token@localhost/0'], ['postgres://tide:p@ss@db:5432/x failed', 'postgres://tide::token@db:5432/x failed'],
    ['from 192[.]0[.]2[.]1 today', 'from <a> today'], ['from 192.0.2[.]1 today', 'from <a> today'], ['from 192(.)0(.)2(.)1', 'from <a>'], ['at 192&amp;#46;0&amp;#46;2&amp;#46;1 it', 'at <a> it'], ['at 192&amp;amp;#46;0.2.1 it', 'at <a> it'],
    ["packed b'\\xc0\\x00\\x02\\x01' seen", 'packed <a> seen'], ["packed b'\\xcb\\x00qd' seen", 'packed <a> seen'], ["{\"message\":\"b'\\\\xc0\\\\x00\\\\x02\\\\n'\"}", '{"message":"<a>"}'],
    ['tel (06) 12 34 56 78', 'tel :phone'], ['tel +44 (0)20 7946 0000 rang', 'tel :phone rang'],
  ] as const) expect([scrub(line), whole(line).text.replace(/ rang$| it$/, '') === expected.replace(/ rang$| it$/, '')], line).toEqual([expected, true]);
  for (const line of ['no key: it was deleted', 'login token: expired', 'position: 12', 'http://db:5432/x@2', "b'\\xc3\\xa9t\\xc3\\xa9'", "b'abcd'", 'a[.]b[.]c[.]d', '300[.]0[.]2[.]999']) expect(scrub(line)).toBe(line);
});

test('a number over the place where a long line is cut is one', () => {
  const before = 'salt '.repeat(13_105);
  for (const shift of ['', '  ', '     ', '        ']) expect(scrub(`${before.slice(shift.length)}tel 06 12 34 56 78 ${'tide '.repeat(400)}`)).not.toMatch(/[0-9]/);
});
