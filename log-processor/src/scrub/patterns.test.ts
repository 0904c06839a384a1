import { describe, expect, test } from 'vitest';
import { isIbanChecksumValid } from './iban.ts';
import { isLuhnValid } from './card.ts';
import { createScrubber } from './scrub.ts';
import { looksRandom } from './token.ts';

const scrub = createScrubber({});

type Row = readonly [text: string, expected: string];
const rows: Record<string, readonly Row[]> = {
  address: [
    ['192.0.2.1', ':address'],
    ['192.0.2.1:51234', ':address'],
    ['x192.0.2.1y', 'x:addressy'],
    ['192.0.2.1.443', ':address'],
    ['999.192.0.2.1', ':address'],
    ['192.0.2', '192.0.2'],
    ['192.0.300.2', '192.0.300.2'],
    ['3221225985', ':address'],
    ['4294967296', '4294967296'],
    ['0xC0000201', ':address'],
    ['c0000201', ':address'],
    ['a-c0000201-b', 'a-:address-b'],
    ['deadbeef', 'deadbeef'],
    ['0300.0.02.01', ':address'],
    ['030000001001', ':address'],
    ['1-2-0-192.dynamic.isp.example', ':address.dynamic.isp.example'],
    ['1.2.0.192.in-addr.arpa', ':address.in-addr.arpa'],
    ['/192/0/2/1/', '/:address/'],
    ['2001:db8::1', ':address'],
    ['[2001:DB8::1%25eth0]:443', ':address'],
    ['::ffff:192.0.2.1', ':address'],
    ['abc2001:db8::1', 'abc:address'],
    ['12192.0.2.12345', ':address'],
    ['1:2:3:4:5:6:7:8:9:10', ':address'],
    ['std::vector<a::iterator>', 'std::vector<a::iterator>'],
    ['12:30:45', '12:30:45'],
    ['2001-db8--1.isp.example', ':address.isp.example'],
    ['a-2001-db8--1-x', 'a-:address-x'],
    ['2001_db8_1_2__77', ':address'],
    ['ip6_2001_db8_1_2__77', 'ip6_:address'],
    ['ip6.2001_db8_1_2__77.isp.example', 'ip6.:address.isp.example'],
    ['2001_db8-1_2--77', '2001_db8-1_2--77'],
    ['2026_01_15_12_30', '2026_01_15_12_30'],
    ['a-2001-0db8-0000-0000-0000-0000-0000-0001-x', 'a-:address-x'],
  ],
  mac: [
    ['00:00:5e:00:53:01', ':mac'],
    ['00-00-5E-00-53-01', ':mac'],
    ['0000.5e00.5301', ':mac'],
    ['00005e005301', ':mac'],
    ['feedfacebeef', 'feedfacebeef'],
    ['a-00005e005301-b', 'a-:mac-b'],
  ],
  email: [
    ['a@example.org', ':email'],
    ['mailto:jean.d+x@mail.example.org.', 'mailto::email.'],
    ['zoé@exämple.fr', ':email'],
    ['<a@example.org>,b@example.org', '<:email>,:email'],
    ['lodash@4.17.21', 'lodash@4.17.21'],
    ['/@scope/name', '/@scope/name'],
    ['logo@2x.png', 'logo@2x.png'],
  ],
  phone: [
    ['0639981234', ':phone'],
    ['06 39 98 12 34', ':phone'],
    ['tel:+33 (0)6 39 98 12 34', 'tel::phone'],
    ['+33.6.39.98.12.34', ':phone'],
    ['0033639981234', ':phone'],
    ['33639981234', ':phone'],
    ['+442079460958', ':phone'],
    ['06399812345', '06399812345'],
    ['c++20 1+1', 'c++20 1+1'],
  ],
  card: [
    ['4111 1111 1111 1111', ':card'],
    ['4111111111111111', ':card'],
    ['4111111111111112', '4111111111111112'],
    ['4111-1111-1111-1111 12', ':card 12'],
    ['5 4111 1111 1111 1111', '5 :card'],
    ['4111%201111%201111%201111', ':card'],
  ],
  iban: [
    ['FR7630006000011234567890189', ':iban'],
    ['fr76 3000 6000 0112 3456 7890 189 merci', ':iban merci'],
    ['FR7630006000011234567890188', 'FR7630006000011234567890188'],
    ['no10-downing-street-and-more', 'no10-downing-street-and-more'],
  ],
  jwt: [
    ['eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.', ':jwt'],
    ['xeyJ0eXAiOiJKV1QifQ.e30', 'x:jwt'],
    ['eyebrow.pencil', 'eyebrow.pencil'],
  ],
  token: [
    ['9f86d081884c7d659a2feaa0c55ad015', ':token'],
    ['token=abc&lang=fr', 'token=:token&lang=fr'],
    ['{"password": "abc"}', '{"password": ":token"}'],
    ['Authorization: Bearer abcdefgh', 'Authorization: Bearer :token'],
    ['the-token-economy', 'the-token-economy'],
    ['my-article-q7Xw2Zk9vTb4LmNp', ':token'],
  ],
  uuid: [
    ['7c9e6679-7425-40de-944b-e07fc1f90ae7', ':uuid'],
    ['{7C9E6679-7425-40DE-944B-E07FC1F90AE7}', '{:uuid}'],
  ],
};

describe.each(Object.entries(rows))('%s', (_name, list) => {
  test.each(list)('%s -> %s', (text, expected) => {
    expect(scrub(text).text).toBe(expected);
  });
});

describe('checks', () => {
  test('Luhn accepts the published test numbers and refuses each with another last digit', () => {
    for (const number of ['4111111111111111', '378282246310005', '5555555555554444']) {
      expect(isLuhnValid(number)).toBe(true);
      expect(isLuhnValid(number.slice(0, -1) + String((Number(number.at(-1)) + 1) % 10))).toBe(false);
    }
  });

  test('MOD 97 accepts the examples of the registry and refuses two swapped digits', () => {
    for (const iban of ['GB29NWBK60161331926819', 'DE89370400440532013000', 'NO9386011117947', 'MT84MALT011000012345MTLCAST001S']) {
      expect(isIbanChecksumValid(iban)).toBe(true);
    }
    expect(isIbanChecksumValid('DE89370400440532031000')).toBe(false);
  });

  test('words joined in camel case do not look random', () => {
    for (const piece of ['OceanBodyHealthEducation', 'internationalisation', 'ocean2024conference', '20240601123045']) expect(looksRandom(piece)).toBe(false);
    for (const piece of ['q7Xw2Zk9vTb4LmNp', '0123456789abcdef', '123456789012345678901234']) expect(looksRandom(piece)).toBe(true);
  });
});
