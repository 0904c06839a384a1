/** A closed visit as the JSON line that goes to Loki as `stream="visit"`: always the same keys in the same order. */
import { devices, visitClasses } from '../metric-names.ts';
import type { ClosedVisit } from './closed-visit.ts';
import { jsonText } from './json-text.ts';

/**
 * Times are ISO 8601 in UTC, durations in seconds, `transfer_co2e_grams` is an estimate of the network and the device; `entry` and `exit` are empty where there was no page view.
 * Put together from few pieces that come again, because every visit comes here and each piece costs as much as counting a line.
 */
export function visitLine(visit: ClosedVisit, transferGrams: number): string {
  const { startMs, endMs } = visit;
  return (
    `{"visitor":"${visit.visitor}${visit.firstToday ? '","first_today":true,"start":"' : '","first_today":false,"start":"'}` +
    `${iso(startMs)}","end":"${iso(endMs)}","duration_seconds":${inSeconds(endMs - startMs)}` +
    `,"views":${visit.pageViews},"requests":${visit.requests},"bytes":${visit.bytes},"server_seconds":${inSeconds(visit.serverMs)}` +
    `,"transfer_co2e_grams":${transferGrams}` +
    `,"entry":${jsonText(visit.entry ?? '')},"exit":${jsonText(visit.exit ?? '')},"referrer":${jsonText(visit.referrerHost)}${whoText(visit)}`
  );
}

/** The keys from `country` on. Their values come again together, so the text is kept: by country, family and system, then a number for the rest. */
const known = new Map<string, Map<string, Map<string, string[]>>>();
/** Combinations made since the memory was emptied. */
let made = 0;
const mostKnown = 20_000;

function whoText(visit: ClosedVisit): string {
  const number = (devices.indexOf(visit.device) * visitClasses.length + visitClasses.indexOf(visit.visitClass)) * 2 + (visit.bounce ? 1 : 0);
  const text = known.get(visit.country)?.get(visit.family)?.get(visit.os)?.[number];
  return text ?? newWho(visit, number);
}

function newWho({ country, device, family, os, visitClass, bounce }: ClosedVisit, number: number): string {
  if (made >= mostKnown) {
    known.clear();
    made = 0;
  }
  made += 1;
  const ofCountry = known.get(country) ?? new Map<string, Map<string, string[]>>();
  const ofFamily = ofCountry.get(family) ?? new Map<string, string[]>();
  const texts = ofFamily.get(os) ?? [];
  texts[number] =
    `,"country":${JSON.stringify(country)},"device":"${device}","browser":${JSON.stringify(family)},"os":${JSON.stringify(os)}` +
    `,"agent_class":"${visitClass}","bounce":${bounce}}`;
  known.set(country, ofCountry.set(family, ofFamily.set(os, texts)));
  return texts[number];
}

const minuteMs = 60_000;
/** `2026-11-22T12:34:` by minutes since 1970: visits that close after one another start and end in few of them. */
const minutes = new Map<number, string>();
const mostMinutes = 500;
/** `56.` and `789Z`, `.5` of a second. */
const seconds: readonly string[] = Array.from({ length: 60 }, (_, value) => `${String(value).padStart(2, '0')}.`);
const milliseconds: readonly string[] = Array.from({ length: 1000 }, (_, value) => `${String(value).padStart(3, '0')}Z`);
const fractions: readonly string[] = Array.from({ length: 1000 }, (_, value) => String(value / 1000).slice(1));

/** As `toISOString`, for instants since 1970. */
function iso(timeMs: number): string {
  // Not `%`, which takes longer than all the rest where the number is no small integer.
  const minute = Math.floor(timeMs / minuteMs);
  const restMs = (timeMs - minute * minuteMs) | 0;
  const second = (restMs / 1000) | 0;
  return `${minutes.get(minute) ?? newMinute(minute)}${seconds[second] ?? ''}${milliseconds[restMs - second * 1000] ?? ''}`;
}

function newMinute(minute: number): string {
  if (minutes.size >= mostMinutes) minutes.clear();
  const text = new Date(minute * minuteMs).toISOString().slice(0, 17);
  minutes.set(minute, text);
  return text;
}

/** A number of seconds as JSON writes it. */
function inSeconds(durationMs: number): string {
  const whole = (durationMs / 1000) | 0;
  const fraction = fractions[durationMs - whole * 1000];
  return fraction === undefined ? String(durationMs / 1000) : `${whole}${fraction}`;
}
