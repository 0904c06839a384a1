/** Writes a request as nginx would write it with nginx/log-format.conf, byte for byte: the same fields, order and escapes. */

/** One request as nginx sees it when it ends. Times in milliseconds. */
export type ServedRequest = {
  readonly timeMs: number;
  readonly remoteAddress: string;
  readonly forwardedFor: string;
  readonly serverName: string;
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** -1 where no upstream was asked. */
  readonly upstreamMs: number;
  readonly referrer: string;
  readonly userAgent: string;
  readonly purpose: string;
  readonly contentType: string;
};

/** One line without its end. */
export function accessLine(request: ServedRequest): string {
  return (
    `{"msec":"${seconds(request.timeMs)}","remote_addr":"${escape(request.remoteAddress)}"` +
    `,"http_x_forwarded_for":"${escape(request.forwardedFor)}","server_name":"${escape(request.serverName)}"` +
    `,"request_method":"${escape(request.method)}","request_uri":"${escape(request.uri)}"` +
    `,"status":"${String(request.status).padStart(3, '0')}","bytes_sent":"${request.bytes}","request_time":"${seconds(request.durationMs)}"` +
    `,"upstream_response_time":"${request.upstreamMs < 0 ? '' : seconds(request.upstreamMs)}"` +
    `,"http_referer":"${escape(request.referrer)}","http_user_agent":"${escape(request.userAgent)}"` +
    `,"http_sec_purpose":"${escape(request.purpose)}","sent_http_content_type":"${escape(request.contentType)}"}`
  );
}

/** `$msec` and `$request_time`: seconds with exactly three decimals, made from whole numbers so that nothing is rounded. */
function seconds(milliseconds: number): string {
  return `${Math.floor(milliseconds / 1000)}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

const special = /["\\\u0000-\u001f]/g;
const short: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

/** ngx_escape_json (src/core/ngx_string.c): short forms where JSON has them, else `\u00HH` in upper case; everything from 0x20 on is copied. */
function escape(text: string): string {
  return text.replace(special, (character) => short[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
}
