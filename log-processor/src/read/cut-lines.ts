/** Finds the whole lines in a window of bytes, so that every reader cuts, truncates and skips in the same way. */

const lineFeed = 0x0a;

export type Window = {
  /** Must have room for one more byte after `length`. */
  readonly buffer: Buffer;
  /** The window is `buffer[start .. end)`. */
  readonly start: number;
  readonly end: number;
  /** Limit for one line without its `\n`. */
  readonly maxLineBytes: number;
  /** True inside a line that was already given out truncated. */
  readonly skipping: boolean;
  /** Whether bytes follow the window `now`, may come `later`, or `never` will. */
  readonly follow: 'now' | 'later' | 'never';
};

export type Cut = {
  /** The lines are `buffer[from .. to)`; empty when equal. */
  readonly from: number;
  readonly to: number;
  /** Input bytes that are done with, from the window's start. */
  readonly consumed: number;
  readonly skipping: boolean;
  /** NUL bytes that were skipped at the start of a line. */
  readonly nulBytes: number;
};

/**
 * Cuts as many whole lines as the window holds.
 *
 * A line over `maxLineBytes` comes alone as its first `maxLineBytes + 1` bytes and a `\n` (the pipeline then counts it as too long); what is
 * left of it is skipped without being kept. A run of NUL bytes at the start of a line is a hole (reliability.md R06) and is skipped and counted.
 * Where nothing will follow, a last line without `\n` gets one. All other bytes pass untouched. The `\n` that is added overwrites
 * one byte of the buffer after the consumed bytes.
 */
export function cutLines(window: Window): Cut {
  const { buffer, end, maxLineBytes } = window;
  let from = window.start;
  if (window.skipping) {
    const next = indexOf(buffer, lineFeed, from, end);
    if (next < 0) return { from, to: from, consumed: end - from, skipping: window.follow !== 'never', nulBytes: 0 };
    from = next + 1;
  }
  const text = skipNul(window, from);
  const nulBytes = text - from;
  from = text;
  const limit = holeAt(buffer, from, end);
  const to = wholeLines(buffer, { from, limit, maxLineBytes });
  if (to > from) return { from, to, consumed: to - window.start, skipping: false, nulBytes };
  return { ...lastLine(window, from, limit), nulBytes };
}

/** What to do with a line that has no end in the window. */
function lastLine(window: Window, from: number, limit: number): Omit<Cut, 'nulBytes'> {
  const { buffer, maxLineBytes, start } = window;
  const length = buffer[from] === 0 ? 0 : limit - from;
  if (length > maxLineBytes) {
    const to = from + maxLineBytes + 1;
    buffer[to] = lineFeed;
    return { from, to: to + 1, consumed: to - start, skipping: true };
  }
  if (length > 0 && window.follow === 'never') {
    buffer[limit] = lineFeed;
    return { from, to: limit + 1, consumed: limit - start, skipping: false };
  }
  return { from, to: from, consumed: from - start, skipping: false };
}

/** End of the last line that can be reached by line ends at most `maxLineBytes` apart. */
function wholeLines(buffer: Buffer, { from, limit, maxLineBytes }: { from: number; limit: number; maxLineBytes: number }): number {
  let to = from;
  while (to < limit) {
    // Backwards from the farthest place a line may end: one short search for many lines.
    const reach = buffer.subarray(to, Math.min(to + maxLineBytes + 1, limit));
    const last = reach.lastIndexOf(lineFeed);
    if (last < 0) return to;
    to += last + 1;
  }
  return to;
}

/** NUL bytes at the very end of a growing file may be data the file system does not show yet: they are left alone. */
function skipNul({ buffer, end, follow }: Window, from: number): number {
  let text = from;
  while (text < end && buffer[text] === 0) text += 1;
  return text === end && follow === 'later' ? from : text;
}

/** Start of the first NUL run after `from` that begins a line; `end` where there is none. */
function holeAt(buffer: Buffer, from: number, end: number): number {
  let nul = indexOf(buffer, 0, from, end);
  while (nul >= 0) {
    if (nul > from && buffer[nul - 1] === lineFeed) return nul;
    const next = indexOf(buffer, lineFeed, nul, end);
    if (next < 0) return end;
    nul = indexOf(buffer, 0, next + 1, end);
  }
  return end;
}

function indexOf(buffer: Buffer, byte: number, from: number, end: number): number {
  const found = buffer.subarray(from, end).indexOf(byte);
  return found < 0 ? -1 : found + from;
}
