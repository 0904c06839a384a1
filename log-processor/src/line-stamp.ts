/** Writes instants to the nanosecond as ISO 8601 text; lines of one minute follow one another, so its text is made once. */
import { fragmentOf, putDigits, putFragment } from './fragment.ts';
import type { Fragment } from './fragment.ts';

/** `2026-11-22T17:59:46.241000613Z` has so many bytes; three more may be written. */
export const stampBytes = 30;

/** Builds `(view, at, timeMs, subNs) => end`; `subNs` is 0 to 999,999 within the millisecond. */
export function createStamp(): (view: DataView, at: number, timeMs: number, subNs: number) => number {
  let minute = -1;
  let text: Fragment = fragmentOf('');
  return (view, at, timeMs, subNs) => {
    const now = Math.floor(timeMs / 60_000);
    if (now !== minute) {
      minute = now;
      text = fragmentOf(new Date(now * 60_000).toISOString().slice(0, 17));
    }
    let to = putFragment(view, at, text);
    const inMinuteMs = (timeMs - now * 60_000) | 0; // whole 32-bit numbers divide many times faster
    const seconds = (inMinuteMs / 1000) | 0;
    to = putDigits(view, to, seconds, 2);
    view.setUint8(to, 0x2e);
    to = putDigits(view, putDigits(view, to + 1, inMinuteMs - seconds * 1000, 3), subNs, 6);
    view.setUint8(to, 0x5a);
    return to + 1;
  };
}
