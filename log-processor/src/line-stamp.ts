/** Writes instants to the nanosecond as ISO 8601 text; lines of one second follow one another, so its text is made once. */

/** `000` to `999`. */
const threeDigits: readonly string[] = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

/** Builds `(timeMs, subNs) => 2026-11-22T17:59:46.241000613Z`; `subNs` is 0 to 999,999 within the millisecond. */
export function createStamp(): (timeMs: number, subNs: number) => string {
  let second = -1;
  let text = '';
  return (timeMs, subNs) => {
    const now = Math.floor(timeMs / 1000);
    if (now !== second) {
      second = now;
      text = new Date(now * 1000).toISOString().slice(0, 20);
    }
    const micros = Math.floor(subNs / 1000);
    return `${text}${threeDigits[timeMs - now * 1000] ?? ''}${threeDigits[micros] ?? ''}${threeDigits[subNs - micros * 1000] ?? ''}Z`;
  };
}
