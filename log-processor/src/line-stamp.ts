/** Writes instants to the nanosecond as ISO 8601 text; lines of one minute follow one another, so its text is made once. */
import { putTriple } from './digits.ts';
import { Fragments, spillBytes } from './fragment.ts';

/** `2026-11-22T17:59:46.241000613Z` has so many bytes; so many more may be written. */
export const stampBytes = 30 + spillBytes;

const minuteMs = 60_000;
const [dot, end] = [0x2e, 0x5a];

/** Builds `(view, at, timeMs, subNs) => end`; `subNs` is 0 to 999,999 within the millisecond. `before` is written before each. */
export function createStamp(before = ''): (view: DataView, at: number, timeMs: number, subNs: number) => number {
  const texts = new Fragments();
  let beginMs = Infinity;
  let minute = 0;
  return (view, at, timeMs, subNs) => {
    let inMinuteMs = timeMs - beginMs;
    if (!(inMinuteMs >= 0 && inMinuteMs < minuteMs)) {
      beginMs = Math.floor(timeMs / minuteMs) * minuteMs;
      inMinuteMs = timeMs - beginMs;
      texts.forget();
      minute = texts.keep(before + new Date(beginMs).toISOString().slice(0, 16));
    }
    const whole = inMinuteMs | 0; // whole 32-bit numbers divide many times faster
    const seconds = (whole / 1000) | 0;
    const nanoseconds = subNs | 0;
    const micros = (nanoseconds / 1000) | 0;
    // Seconds take three digits, of which the colon replaces the first.
    const colon = texts.put(view, at, minute);
    const to = putTriple(view, colon, seconds, dot);
    view.setUint8(colon, 0x3a);
    putTriple(view, to, whole - seconds * 1000, 0);
    putTriple(view, to + 3, micros, 0);
    return putTriple(view, to + 6, nanoseconds - micros * 1000, end);
  };
}
