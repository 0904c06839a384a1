/** The names of the input contract: what `nginx/log-format.conf` writes, in its order, and what other nginx JSON layouts call the same things. */

/** The fields of `nginx/log-format.conf`. A joint test compares both lists. */
export const contractFields = [
  'msec',
  'remote_addr',
  'http_x_forwarded_for',
  'server_name',
  'request_method',
  'request_uri',
  'status',
  'bytes_sent',
  'request_time',
  'upstream_response_time',
  'http_referer',
  'http_user_agent',
  'http_sec_purpose',
  'sent_http_content_type',
] as const;
export type ContractField = (typeof contractFields)[number];

/** Read where a contract field is missing, so that nginx JSON logs of other layouts can be used. `host` is not among them: the visitor chooses it. */
export const olderFields = ['time_iso8601', 'body_bytes_sent'] as const;
export type OlderField = (typeof olderFields)[number];

/** Longest text kept of a field, in UTF-16 code units; the rest is cut. Where nginx's own buffers allow more, nothing we show or hash needs it. */
export const maxLengths = {
  peer: 128,
  /** Cut at its left end: the right end is the one a trusted proxy wrote. */
  forwardedFor: 2048,
  serverName: 255,
  method: 32,
  uri: 8192,
  referrer: 8192,
  userAgent: 8192,
  purpose: 256,
  contentType: 256,
} as const;
