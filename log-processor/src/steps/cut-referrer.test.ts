import { describe, expect, test } from 'vitest';
import { canaries, findCanaries } from '../../test/canaries.ts';
import { createScrubber } from '../scrub/scrub.ts';
import { createReferrerCutter } from './cut-referrer.ts';

const cut = createReferrerCutter({ scrub: createScrubber({}), ownHosts: ['ocean.example', 'www.reef.example'] });

describe('the host of a referrer', () => {
  test.each([
    ['', 'direct'],
    ['-', 'direct'],
    ['https://ocean.example/x', 'internal'],
    ['http://WWW.Ocean.example:8080/x', 'internal'],
    ['https://reef.example', 'internal'],
    ['https://ocean.example.evil.example/', 'ocean.example.evil.example'],
    ['https://evil.example/?https://ocean.example/', 'evil.example'],
    ['https://ocean.example@evil.example/', 'evil.example'],
    ['HTTPS://jean:secret@Search.Example:8443/q?a=b#c', 'search.example'],
    ['https://b\u00fccher.example/', 'xn--bcher-kva.example'],
    ['https://search.example./', 'search.example'],
    ['android-app://com.example.mail/', 'android-app'],
    ['search.example/path', 'other'],
    ['ftp://files.example/', 'other'],
    ['about:blank', 'other'],
    ['javascript:alert(1)', 'other'],
    ['https://', 'other'],
    ['https://a b/', 'other'],
    ['https://"onload"/', 'other'],
    ['https://192.0.2.1/', 'other'],
    ['https://3221225985/', 'other'],
    ['https://0xC0000201/', 'other'],
    ['https://0300.0.02.01/', 'other'],
    ['https://192.513/', 'other'],
    ['https://[2001:db8::1]:8080/', 'other'],
    ['https://ip-192-0-2-1.compute.example/', 'other'],
    // the URL parser drops tabs
    ['https://ip-192\t-0-2-1.compute.example/', 'other'],
    ['https://MTkyLjAuMi43Nw.tunnel.example/', 'other'],
    [`https://${'a'.repeat(9000)}.example/`, 'other'],
  ])('%j is %j', (referrer, expected) => {
    expect(cut(referrer)).toBe(expected);
    expect(cut(referrer)).toBe(expected);
  });

  test('holds no canary in any encoding, wherever it stands (T1)', () => {
    for (const { name, kind, encodings } of canaries) {
      for (const { name: encoding, text } of encodings) {
        const referrers = [text, `https://a.example/${text}`, `https://a.example/?q=${text}`, `https://u:${text}@b.example/`, `https://a.example/#${text}`];
        if (kind !== 'path') referrers.push(`https://${text}/`, `https://${text}.isp.example/`, `http://x-${text}.isp.example/`);
        for (const referrer of referrers) expect({ name, encoding, referrer, found: findCanaries(cut(referrer)) }).toEqual({ name, encoding, referrer, found: [] });
      }
    }
  });
});
