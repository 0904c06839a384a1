/** What an access line looks like once it is public: the JSON text and the structured metadata that queries filter on. */
import type { PublicRequest } from './record.ts';

/** The JSON text, keys in a fixed order; values a line does not have are left out. */
export function accessLine(request: PublicRequest): string {
  const tokens =
    (request.visitor === null ? '' : `"visitor":"${request.visitor}",`) + (request.client === null ? '' : `"client":"${request.client}",`);
  const times =
    (request.durationMs < 0 ? '' : `,"request_time":${seconds(request.durationMs)}`) +
    (request.upstreamMs < 0 ? '' : `,"upstream_time":${seconds(request.upstreamMs)}`);
  return (
    `{${tokens}"method":"${request.method}","path":${quoted(request.path)},"kind":"${request.kind}","status":${request.status}` +
    `,"bytes":${request.bytes}${times},"referrer":${quoted(request.referrerHost)},"country":${quoted(request.country)}` +
    `,"agent_class":"${request.agentClass}","agent":${quoted(request.family)},"os":${quoted(request.os)},"device":"${request.device}"}`
  );
}

/** Structured metadata of an access line: small closed sets only, so that Loki keeps them once per chunk. */
export function accessMetadata(request: PublicRequest): readonly (readonly [name: string, value: string])[] {
  return [
    ['agent_class', request.agentClass],
    ['country', request.country],
    ['kind', request.kind],
    ['method', request.method],
    ['status', String(request.status)],
  ];
}

const seconds = (milliseconds: number): string => String(milliseconds / 1000);

const quotedCache = new Map<string, string>();

/** JSON text of a string that comes again and again. */
function quoted(value: string): string {
  let text = quotedCache.get(value);
  if (text === undefined) {
    if (quotedCache.size >= 20_000) quotedCache.clear();
    text = JSON.stringify(value);
    quotedCache.set(value, text);
  }
  return text;
}
