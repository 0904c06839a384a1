/** E-mail addresses: found from the `@` outwards, so that the work is linear whatever stands around it. */
import type { Pattern } from './pattern.ts';

const longestLocal = 128;
const longestDomain = 255;
const localStop = /[\s/\\?&=,;:<>()[\]{}"|@]/;
const domainChar = /[\p{L}\p{N}.-]/u;
const topLevel = /[^.]\.(?:[\p{L}]{2,24}|xn--[a-z0-9-]{1,59})\.?$/iu;
// photo@2x.png is a picture for dense screens
const denseImage = /^[1-9](?:\.[0-9])?x\.[a-z0-9]+$/i;

function localStart(text: string, at: number, floor: number): number {
  let start = at;
  const limit = Math.max(floor, at - longestLocal);
  while (start > limit && !localStop.test(text.charAt(start - 1))) start--;
  return start;
}

function domainEnd(text: string, at: number): number {
  let end = at + 1;
  const limit = Math.min(text.length, at + 1 + longestDomain);
  while (end < limit && domainChar.test(text.charAt(end))) end++;
  while (end > at + 1 && /[.-]/.test(text.charAt(end - 1))) end--;
  return end;
}

/** Local part, `@`, and a domain with a top level of letters; `lodash@4.17.21` and `logo@2x.png` are none. */
export const email: Pattern<'email'> = {
  name: 'email',
  mayHit: (traits) => traits.ats > 0,
  replace(text, mark) {
    let output = '';
    let copied = 0;
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const start = localStart(text, at, copied);
      const end = domainEnd(text, at);
      const domain = text.slice(at + 1, end);
      if (start === at || !topLevel.test(domain) || denseImage.test(domain)) continue;
      output += text.slice(copied, start) + mark();
      copied = end;
    }
    return copied === 0 ? text : output + text.slice(copied);
  },
};
