/** JSON Web Tokens (RFC 7519): who somebody is, signed. Known by a header that decodes to JSON with `alg` or `typ`. */
import { replaceWhere } from './pattern.ts';
import type { Pattern } from './pattern.ts';

// three parts signed, five encrypted, two where the signature was cut off
// `{` and a quote or white space begin with ey or ew in base64; the bound keeps a run of many beginnings cheap
const expression = /e[yw][A-Za-z0-9_-]{8,1022}(?:\.[A-Za-z0-9_-]*){1,4}/g;

function isHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null && ('alg' in header || 'typ' in header);
  } catch {
    // no JSON: an ordinary word that begins with e
    return false;
  }
}

/** The whole token is replaced, payload and signature too. */
export const jwt: Pattern<'jwt'> = {
  name: 'jwt',
  mayHit: (traits) => traits.dots > 0 && traits.longestRun >= 6,
  replace: (text, mark) =>
    replaceWhere(text, expression, (match) => (isHeader(match.slice(0, match.indexOf('.'))) ? mark() : null)),
};
