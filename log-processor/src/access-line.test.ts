import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AccessText, accessLineBytes } from './access-line.ts';
import { createStamp, stampBytes } from './line-stamp.ts';
import { kinds } from './record.ts';
import type { PublicRequest } from './record.ts';

/** The line as anybody would write it. */
const plainly = (request: PublicRequest): string => {
  const { visitor, client, method, path, kind, status, bytes, durationMs, upstreamMs, referrerHost, country, agentClass, family, os, device } = request;
  return JSON.stringify({
    ...(visitor === null ? {} : { visitor }), ...(client === null ? {} : { client }), method, path, kind, status, bytes,
    ...(durationMs < 0 ? {} : { request_time: durationMs / 1000 }), ...(upstreamMs < 0 ? {} : { upstream_time: upstreamMs / 1000 }),
    referrer: referrerHost, country, agent_class: agentClass, agent: family, os, device,
  }); // prettier-ignore
};

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const milliseconds = fc.oneof(fc.constant(-1), fc.nat(20_000), fc.nat(9_999_999_999_999));
const requests: fc.Arbitrary<PublicRequest> = fc.record({
  input: fc.constant('main'), lineNumber: fc.nat(), timeMs: fc.nat(), site: fc.constant('s'), day: fc.constant('2026-03-02'),
  visitor: fc.option(hex(32)), earlierVisitor: fc.constant(null), client: fc.option(hex(16)), method: fc.constantFrom('GET', 'OTHER'),
  path: fc.oneof(fc.constantFrom('/', '/reef', 'other'), fc.string(), fc.string({ unit: 'binary' })), kind: fc.constantFrom(...kinds), status: fc.integer({ min: 0, max: 999 }),
  bytes: fc.oneof(fc.nat(100), fc.nat(), fc.nat(999_999_999_999_999)), durationMs: milliseconds, upstreamMs: milliseconds,
  referrerHost: fc.oneof(fc.constantFrom('direct', 'search.example'), fc.string()), country: fc.constantFrom('FR', 'unknown'), agentClass: fc.constantFrom('browser', 'bot'),
  family: fc.constantFrom('Firefox', 'Edge'), os: fc.constantFrom('Linux', 'iOS'), device: fc.constantFrom('desktop', 'tv'), pageView: fc.boolean(), robotsTxt: fc.boolean(), audience: fc.boolean(),
}); // prettier-ignore

test('the bytes of a line are those of its JSON, whatever was written before', () => {
  const text = new AccessText();
  fc.assert(
    fc.property(requests, (request) => {
      const bytes = Buffer.alloc(accessLineBytes(request), '{');
      const end = text.write(request, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 1);
      expect(bytes.toString('utf8', 0, end)).toBe(plainly(request));
    }),
    { numRuns: 2000 },
  );
});

test('the stamp of a line is its instant in ISO 8601 to the nanosecond', () => {
  const stamp = createStamp();
  fc.assert(
    fc.property(fc.nat(9_223_372_036_854), fc.nat(999_999), fc.nat(70_000), (timeMs, subNs, aheadMs) => {
      for (const instantMs of [timeMs, timeMs + aheadMs]) {
        const bytes = Buffer.alloc(stampBytes + 8);
        const end = stamp(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, instantMs, subNs);
        expect(bytes.toString('latin1', 0, end)).toBe(new Date(instantMs).toISOString().replace('Z', `${String(subNs).padStart(6, '0')}Z`));
      }
    }),
  );
});
