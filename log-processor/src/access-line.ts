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
    `,"bytes":${request.bytes}${times},"referrer":${quoted(request.referrerHost)},"country":"${request.country}"` +
    `,"agent_class":"${request.agentClass}","agent":"${request.family}","os":"${request.os}","device":"${request.device}"}`
  );
}

/** The value of the label `stream`: pages of the monitoring stack itself are apart. */
export const streamOf = (request: PublicRequest): 'access' | 'stack' => (request.audience || request.kind === 'health' ? 'access' : 'stack');

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

/** Text of the durations that nearly all requests have: writing a fraction costs more than the rest of the line. */
const secondsText: readonly string[] = Array.from({ length: 10_000 }, (_, milliseconds) => String(milliseconds / 1000));

const seconds = (milliseconds: number): string => secondsText[milliseconds] ?? String(milliseconds / 1000);

const quotedTexts = new Map<string, string>();

/** JSON text of a string that comes again and again. */
function quoted(value: string): string {
  let text = quotedTexts.get(value);
  if (text === undefined) {
    if (quotedTexts.size >= 20_000) quotedTexts.clear();
    text = JSON.stringify(value);
    quotedTexts.set(value, text);
  }
  return text;
}
