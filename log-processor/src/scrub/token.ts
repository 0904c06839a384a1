/** Tokens: what looks drawn at random, and whatever stands behind a name like `token=` or `session=`. */
import { behind, colour, replaceWhere } from './pattern.ts';
import type { Pattern } from './pattern.ts';
import type { Traits } from './traits.ts';

const shortestToken = 16;
const longestNumber = 24;

/** Names whose value is a secret. */
export const secretNames =
  'token|sid|key|apikey|code|state|session|sessionid|sess|phpsessid|jsessionid|password|passwd|pwd|pass|secret|signature|sig|nonce|otp|pin|ticket|auth|' +
  'authorization|credential|csrf|xsrf|jwt|bearer|login|username|cookie';
/** One of them, and what may follow it in the same name. */
export const secretName = `(?:${secretNames})(?:[_-](?:id|token|key|code))?`;
/** A quote as JSON and Python write it, escaped as often as one stands in the other; and an equals sign, which terminals colour. */
export const quotes = `(?:\\\\{0,8}["'])`;
export const equals = `(?:${colour})?=(?:${colour})?`;
const assigned = new RegExp(
  `${behind('A-Za-z0-9')}((?:[A-Za-z]{1,20}[._-]){0,2}${secretName}(?:${equals}${quotes}?|${quotes}\\s{0,2}:\\s{0,2}${quotes}))((?:[^\\s&;,"'<>\\\\]|\\\\(?!\\\\{0,8}["']))+)`,
  'gi',
);
const credentials = new RegExp(`${behind('A-Za-z')}((?:Bearer|Basic|Digest) {1,2})([A-Za-z0-9._~+/=-]{6,})`, 'gi');
/** Names that stand before a bare colon, as in a header; behind the others that colon is more often a sentence's. */
export const headerName = '(?:(?:proxy-)?authorization|(?:x-)?(?:api-?key|[a-z]{1,12}-token|[a-z]{1,12}-key)|password|passwd|secret)';
const scheme = '(?:Bearer|Basic|Digest|Token|Key|JWT|ApiKey|Negotiate|NTLM)';
const header = new RegExp(`${behind('A-Za-z0-9_-')}(${headerName}: {1,2}(?:${scheme} {1,2})?)(?!${scheme} )([^\\s"'<>\\\\]+)`, 'gi');
const wholeName = new RegExp(`^(?:[a-z]{1,20}[._-]){0,2}(?:${secretName}|${headerName})$`, 'i');
/** The password in `redis://user:password@host`, up to the last `@` of the authority. */
const inUrl = /(?<=:\/\/?[^\s/@:"'<>]{0,64}:)[^\s/"'<>]{1,256}(?=@)/g;
const run = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{16,}={0,2}/g;

const mayBeHeader = ({ colons, blanks }: Traits): boolean => colons > 0 && blanks > 0;
const mayBeInUrl = ({ colons, ats, slashes }: Traits): boolean => colons > 1 && ats > 0 && slashes > 0;
const mayBeAssigned = ({ equals, colons, quotes }: Traits): boolean => equals > 0 || (colons > 0 && quotes > 0);

/** Whether the value beside this name, as in a pair of metadata, is a secret. */
export const namesSecret = (name: string): boolean => wholeName.test(name);

/** How often the kind of character changes, capital letters that begin a word counted once: words score low, random text about 0.45 per character. */
function changes(piece: string): number {
  let count = 0;
  let before = '';
  for (const char of piece) {
    const kind = char >= '0' && char <= '9' ? 'digit' : char < 'a' ? 'upper' : 'lower';
    if (before !== '' && kind !== before && !(before === 'upper' && kind === 'lower')) count++;
    before = kind;
  }
  return count;
}

/** True for at least 16 letters and digits without the look of words, or 24 digits. */
export function looksRandom(piece: string): boolean {
  if (piece.length < shortestToken) return false;
  const digits = piece.replace(/[^0-9]/g, '').length;
  if (digits === piece.length) return digits >= longestNumber;
  if (digits >= 3 && /^[0-9a-f]+$/i.test(piece)) return true;
  return changes(piece) >= Math.max(4, piece.length / 4);
}

/** Random runs (hyphens and underscores inside belong to them) and the values of telling keys; the key itself stays. */
export const token: Pattern<'token'> = {
  name: 'token',
  mayHit: (traits) => mayBeAssigned(traits) || mayBeInUrl(traits) || traits.blanks > 0 || traits.longestRun >= shortestToken,
  replace(text, mark, traits) {
    // Credentials come first: in `"Authorization": "Basic abc"` the value of the key is the scheme alone.
    const withoutCredentials = traits.blanks === 0 ? text : text.replace(credentials, (_all, scheme: string) => scheme + mark());
    const withoutHeaders = mayBeHeader(traits) ? withoutCredentials.replace(header, (_all, key: string) => key + mark()) : withoutCredentials;
    const withoutPasswords = mayBeInUrl(traits) ? withoutHeaders.replace(inUrl, () => mark()) : withoutHeaders;
    const withoutValues = mayBeAssigned(traits) ? withoutPasswords.replace(assigned, (_all, key: string) => key + mark()) : withoutPasswords;
    return traits.longestRun < shortestToken ? withoutValues : replaceWhere(withoutValues, run, (match) => (match.split(/[_=-]/).some(looksRandom) ? mark() : null));
  },
};
