/** A generator that wrote lines nginx would not write would prove nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accessLine, type ServedRequest } from './access-line.ts';

const request: ServedRequest = {
  timeMs: 1_780_000_000_007,
  remoteAddress: '192.0.2.7',
  forwardedFor: '',
  serverName: 'ocean-body.example',
  method: 'GET',
  uri: '/ocean',
  status: 9,
  bytes: 512,
  durationMs: 1042,
  upstreamMs: -1,
  referrer: '',
  userAgent: 'a "quoted" \\ \u0001\t\u001f é',
  purpose: '',
  contentType: 'text/html',
};

test('the fields are those of nginx/log-format.conf, in its order', () => {
  const format = readFileSync(join(import.meta.dirname, '..', '..', '..', 'nginx', 'log-format.conf'), 'utf8');
  const names = [...format.matchAll(/"([a-z_]+)":"\$/g)].map((match) => match[1]);
  expect(names.length).toBe(14);
  expect([...accessLine(request).matchAll(/"([a-z_]+)":"/g)].map((match) => match[1])).toEqual(names);
});

test('numbers and escapes are written as nginx writes them', () => {
  expect(accessLine(request)).toBe(
    '{"msec":"1780000000.007","remote_addr":"192.0.2.7","http_x_forwarded_for":"","server_name":"ocean-body.example","request_method":"GET",' +
      '"request_uri":"/ocean","status":"009","bytes_sent":"512","request_time":"1.042","upstream_response_time":"","http_referer":"",' +
      '"http_user_agent":"a \\"quoted\\" \\\\ \\u0001\\t\\u001F é","http_sec_purpose":"","sent_http_content_type":"text/html"}',
  );
});

test('whatever is sent, the line is one line of JSON that gives it back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = accessLine({ ...request, userAgent: text });
      expect(line).not.toContain('\n');
      expect(JSON.parse(line)).toMatchObject({ http_user_agent: text });
    }),
  );
});
