/** One pass over the characters that tells harmless text, most of all text, from text worth a closer look. */

export type Traits = {
  readonly digits: number;
  readonly ats: number;
  readonly colons: number;
  readonly equals: number;
  readonly dots: number;
  /** Hyphens and underscores. */
  readonly dashes: number;
  /** Slashes and commas. */
  readonly slashes: number;
  /** Double and single. */
  readonly quotes: number;
  /** Spaces, and plus signs, which stand for them in forms. */
  readonly blanks: number;
  /** Per cent, backslash, ampersand, NUL and everything outside ASCII: what an encoding needs. */
  readonly escapes: number;
  /** Length of the longest run of letters and digits. */
  readonly longestRun: number;
  /** The same among the runs with an upper-case letter: base64 of an address always has one in every four characters. */
  readonly longestUpperRun: number;
};

// classes of characters by their place in `members`; the first three make runs
const upper = 1;
const digit = 2;
const escape = 9;
const other = 10;
const members = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789', '@', ':', '=', '.', '-_', '/,', '%\\&'];
const blank = 11;
const quote = 12;

const classes = new Uint8Array(128).fill(other);
for (const [kind, chars] of members.entries()) for (const char of chars) classes[char.charCodeAt(0)] = kind;
for (const char of ' +') classes[char.charCodeAt(0)] = blank;
for (const char of '"\'') classes[char.charCodeAt(0)] = quote;
classes[0] = escape; // NUL, which UTF-16 has between the letters

const counts = new Uint32Array(13);

function countOf(kind: number): number {
  return counts[kind] ?? 0;
}

function classAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  // past the end, as if something else stood there, which closes the last run
  return index === text.length ? other : (classes[code] ?? escape);
}

/** Counts every class and answers the length of the longest run of letters and digits, and of the longest with an upper-case letter. */
function countRuns(text: string): [longest: number, longestUpper: number] {
  let run = 0;
  let longest = 0;
  let longestUpper = 0;
  let uppersBefore = 0;
  for (let index = 0; index <= text.length; index++) {
    const kind = classAt(text, index);
    counts[kind] = countOf(kind) + 1;
    if (kind <= digit) {
      run++;
    } else if (run > 0) {
      if (run > longest) longest = run;
      if (run > longestUpper && countOf(upper) > uppersBefore) longestUpper = run;
      uppersBefore = countOf(upper);
      run = 0;
    }
  }
  return [longest, longestUpper];
}

/** Counts what the patterns ask for. */
export function measure(text: string): Traits {
  counts.fill(0);
  const [longestRun, longestUpperRun] = countRuns(text);
  return {
    digits: countOf(digit),
    ats: countOf(3),
    colons: countOf(4),
    equals: countOf(5),
    dots: countOf(6),
    dashes: countOf(7),
    slashes: countOf(8),
    quotes: countOf(quote),
    blanks: countOf(blank),
    escapes: countOf(escape),
    longestRun,
    longestUpperRun,
  };
}

/** Seven bytes, the shortest dotted address, are ten characters in base64. */
export const shortestBase64 = 10;

/** True where no pattern and no decoder can find anything. */
export function isHarmless(traits: Traits): boolean {
  const marks = traits.digits + traits.ats + traits.equals + traits.escapes + traits.blanks;
  // A name in quotes and a colon may have a secret behind them.
  return marks === 0 && traits.colons < (traits.quotes === 0 ? 2 : 1) && traits.longestUpperRun < shortestBase64;
}
