/** IBANs: the account of a person. Country, its length and the remainder 97 (ISO 13616, ISO 7064 MOD 97-10). */
import { behind, replaceWhere, separator, withoutSeparators } from './pattern.ts';
import type { Pattern } from './pattern.ts';

// country code and length, from the IBAN registry
const registry =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 ' +
  'GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 ' +
  'MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 ' +
  'TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30';
const lengths = new Map(registry.split(' ').map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]));

const expression = new RegExp(`${behind('A-Za-z0-9')}[A-Za-z]{2}[0-9]{2}(?:${separator}?[A-Za-z0-9]){11,30}`, 'g');

/** True where the rearranged number leaves 1 when divided by 97. */
export function isIbanChecksumValid(compact: string): boolean {
  let remainder = 0;
  for (const char of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** How many characters of `match` hold the IBAN at its beginning; 0 without one. */
function ibanLength(match: string): number {
  const wanted = lengths.get(match.slice(0, 2).toUpperCase());
  if (wanted === undefined) return 0;
  for (let end = wanted; end <= match.length; end++) {
    const compact = withoutSeparators(match.slice(0, end));
    if (compact.length < wanted || /%2?$/.test(compact)) continue;
    return compact.length === wanted && isIbanChecksumValid(compact) ? end : 0;
  }
  return 0;
}

/** In one piece or in groups, upper or lower case. */
export const iban: Pattern<'iban'> = {
  name: 'iban',
  mayHit: (traits) => traits.digits >= 8,
  replace: (text, mark) =>
    replaceWhere(text, expression, (match) => {
      const length = ibanLength(match);
      return length === 0 ? null : mark() + match.slice(length);
    }),
};
