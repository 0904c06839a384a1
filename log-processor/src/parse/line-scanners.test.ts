/** A key that dies empties the scanner of every format, not only of the one that is read now. */
import { expect, test } from 'vitest';
import { LineScanners } from './line-scanners.ts';

const lines = {
  combined: '192.0.2.7 - - [22/Nov/2026:11:14:54 +0000] "GET /reef HTTP/1.1" 200 5120 "-" "agent"\n',
  common: '192.0.2.7 - - [22/Nov/2026:11:14:54 +0000] "GET /reef HTTP/1.1" 200 5120\n',
} as const;
type Format = keyof typeof lines;

test('each format has one scanner of its own, and all of them forget', () => {
  const scanners = new LineScanners(() => 4711);
  const peerIn = (format: Format) => scanners.of(format).scan(Buffer.from(lines[format]), 0)?.peer;
  const formats: readonly Format[] = ['combined', 'common'];
  const before = formats.map(peerIn);
  expect(before.map((peer) => peer?.text)).toEqual(['192.0.2.7', '192.0.2.7']);
  expect(before[0]).not.toBe(before[1]);
  formats.forEach((format, index) => expect(peerIn(format), format).toBe(before[index]));
  scanners.forget();
  formats.forEach((format, index) => expect(peerIn(format), format).not.toBe(before[index]));
});
