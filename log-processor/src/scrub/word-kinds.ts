/** What kinds of bytes a word is made of, or-ed while it is read: most words are told harmless by that alone, without a hash, a memory or a string. */

export const [lower, upper, digit, dot, dash, slash, colon, quote, equal, other] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
/** `x` and `X`, which make a number hexadecimal, beside their case. */
export const hexadecimal = 1024;
/** What an encoding, an address of mail or a form needs: per cent, backslash, ampersand, `@`, `+`, NUL. */
export const telling = 2048;
/** Everything outside ASCII. */
export const foreign = 4096;
/** White space: no word goes on over it. */
export const blank = 8192;
/** A single quote, which ends no word. */
export const apostrophe = 16384;

/** The kinds of each byte. */
export const kindsOf = new Uint16Array(256).fill(foreign);
kindsOf.fill(other, 0, 128);
for (const [kind, bytes] of [[lower, 'abcdefghijklmnopqrstuvwxyz'], [upper, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'], [digit, '0123456789'], [dot, '.'], [dash, '-_'], [slash, '/,'], [colon, ':'], [quote, '"'], [equal, '='], [telling, '@%\\&+\0'], [apostrophe, "'"], [blank, ' \t\n\v\f\r']] as const)
  for (const byte of Buffer.from(bytes)) kindsOf[byte] = kind; // prettier-ignore
for (const byte of Buffer.from('xX')) kindsOf[byte] = (kindsOf[byte] ?? 0) | hexadecimal;
