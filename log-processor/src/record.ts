/** The nouns of the road: what a line is before and after it loses its address. Imports nothing, so that every room can speak them. */

/** Why an input line did not reach the output. A closed list: every value is a label of `logproc_lines_dropped_total`. */
export const dropReasons = [
  'empty', // nothing but white space
  'too_long', // over the reader's limit for one line
  'malformed', // not the configured format at all
  'bad_time', // no time, or one that is no time of a web log
  'bad_status', // no three digits
  'bad_address', // neither an address nor the name of a unix socket
  'too_old', // older than the sink takes
  'too_new', // over ten minutes in the future
  'behind_stream', // over 55 minutes behind the newest line of its stream
  'refused', // what Loki refused for ever although it was checked before
] as const;
export type DropReason = (typeof dropReasons)[number];

/** Why bytes of an input were lost before they could become lines. */
export const lostReasons = ['vanished', 'truncated', 'nul', 'unreadable'] as const;
export type LostReason = (typeof lostReasons)[number];

/** Methods a line may show, RFC 9110 section 9 and RFC 5789; whatever else a visitor sent is `OTHER`. */
export const methods = ['OTHER', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const;

export const kinds = ['page', 'asset', 'api', 'feed', 'health', 'other'] as const;
/** What was asked for. */
export type Kind = (typeof kinds)[number];

/** What the user agent says of itself; a closed visit may also turn out `suspected`. */
export type AgentClass = 'browser' | 'bot';
export type VisitClass = 'human' | 'bot' | 'suspected';

export type Device = 'desktop' | 'mobile' | 'tablet' | 'tv' | 'other';

/** What is kept of a user agent. */
export type Agent = {
  readonly agentClass: AgentClass;
  /** Browser or robot family, such as `Firefox`; `other` where unknown. */
  readonly family: string;
  /** Operating system family, such as `Windows`; `other` where unknown. */
  readonly os: string;
  readonly device: Device;
};

/** A client address in canonical binary form. */
export type Address = {
  /** As written, for the country look-up only. */
  readonly text: string;
  /** 4 bytes for IPv4 (v4-mapped included), the first 8 bytes (its /64) for IPv6. */
  readonly bytes: Uint8Array;
};

/** One access line as nginx wrote it. It still holds the address and lives no longer than its turn on the road. */
export type Request = {
  /** Milliseconds since 1970. */
  timeMs: number;
  /** The calendar date as the log writes it, `yyyy-mm-dd` in the log's own zone; empty where the format has none. */
  writtenDate: string;
  /** `$remote_addr`: the other end of the connection, or `unix:`. */
  peer: string;
  /** `$http_x_forwarded_for` as sent. */
  forwardedFor: string;
  serverName: string;
  method: string;
  /** Path and query as sent; empty where nginx could not read the request line. */
  uri: string;
  status: number;
  /** Bytes sent to the client. */
  bytes: number;
  /** Milliseconds, or -1 where the format does not say. */
  durationMs: number;
  /** Sum over all upstreams in milliseconds, or -1 where there was none. */
  upstreamMs: number;
  referrer: string;
  userAgent: string;
  /** `$http_sec_purpose`: `prefetch` and the like. */
  purpose: string;
  /** `$sent_http_content_type`. */
  contentType: string;
};

/** A line that is no request, with what could be read of it all the same, so that it is missed in the receipt of its own site and day. */
export type Unread = {
  readonly reason: DropReason;
  /** Milliseconds since 1970; null where the line does not say. */
  readonly timeMs: number | null;
  /** Null where the line does not say. */
  readonly serverName: string | null;
};

/** What the steps learn of a request before it is anonymised. */
export type Facts = {
  /** The client's address behind trusted proxies; null for a unix socket. */
  address: Address | null;
  /** ISO 3166-1 alpha-2, or `unknown`. */
  country: string;
  agent: Agent;
  kind: Kind;
  /** The path as a template without ids and names, with allow-listed query keys only. */
  path: string;
  /** Host of another site, `direct` without one, `internal` for the site itself. */
  referrerHost: string;
  /** True where the browser only prepared a page nobody looks at yet. */
  prefetch: boolean;
};

/** One access line without its address: all that anything after `anonymise` ever sees. */
export type PublicRequest = {
  readonly input: string;
  /** The line's number in its input, counted over the input's whole life. */
  readonly lineNumber: number;
  readonly timeMs: number;
  readonly site: string;
  /** The site's calendar day, `yyyy-mm-dd`: the epoch of the tokens. */
  readonly day: string;
  /** 32 hexadecimal digits; null where the key of the day is gone or there was no address. */
  readonly visitor: string | null;
  /** The token under yesterday's key, within 1800 s of the day's first instant only. */
  readonly earlierVisitor: string | null;
  /** 16 hexadecimal digits, at status >= 400 only. */
  readonly client: string | null;
  readonly method: string;
  readonly path: string;
  readonly kind: Kind;
  readonly status: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly upstreamMs: number;
  readonly referrerHost: string;
  readonly country: string;
  readonly agentClass: AgentClass;
  readonly family: string;
  readonly os: string;
  readonly device: Device;
  /** A GET answered 2xx or 304 that is a page and no prefetch. */
  readonly pageView: boolean;
  /** robots.txt was asked for. */
  readonly robotsTxt: boolean;
  /** False for health checks and for the stack's own pages: they are no audience. */
  readonly audience: boolean;
};

/** A reader of time that tests can replace. */
export type Clock = {
  /** Milliseconds since 1970. */
  nowMs(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
};

/** A change of durable state: null deletes the key. */
export type Put = readonly [key: string, value: string | null];
