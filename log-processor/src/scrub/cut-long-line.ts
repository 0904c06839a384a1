/** Where a line that is too long to be looked through at once is cut: behind a line end, else behind a word, and never in a number if that can be. */
import { maxTextLength } from './search.ts';

/** Groups of digits before a cut, more than any number has. */
const mostTries = 64;

/** @returns where the piece that begins at `start` ends; longer than `maxTextLength` only where it is one endless word */
export function cutAfter(text: string, start: number): number {
  const most = start + maxTextLength;
  if (text.length <= most) return text.length;
  const line = text.lastIndexOf('\n', most - 1);
  if (line > start) return line + 1;
  const word = lastBlank(text, start, most);
  if (word > start) return word + 1;
  const end = text.slice(most).search(/\s/);
  return end === -1 ? text.length : most + end + 1;
}

/** The last blank that stands in no number, where there is one near; a number over the cut would be two halves. */
function lastBlank(text: string, start: number, most: number): number {
  const last = text.lastIndexOf(' ', most - 1);
  let at = last;
  for (let tries = 0; tries < mostTries && at > start; tries += 1) {
    if (!/[0-9)]/.test(text.charAt(at - 1))) return at;
    at = text.lastIndexOf(' ', at - 1);
  }
  return last;
}
