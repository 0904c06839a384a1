/** Opens what knows the energy of a day: a Prometheus that is asked on the side, or the plain statement that there is none. */
import type { Calendar } from './account/calendar.ts';
import type { Config } from './config-schema.ts';
import { createDayEnergy, missing } from './day-energy/day-energy.ts';
import type { DayEnergy, OverDay } from './day-energy/day-energy.ts';
import type { Sample } from './day-energy/read-answer.ts';
import { readVector } from './day-energy/read-vector.ts';
import { exchange, TransportFailed } from './loki/http.ts';
import type { Logger } from './logger.ts';
import type { Tallies } from './metrics/tallies.ts';
import type { Clock } from './record.ts';

/** How long a start waits for the energy of days that are over: reading its first lines may write their receipts. */
export const energyReadyMs = 10_000;
/** A day's answer has a few kB. */
const limits = { maxBytes: 4_194_304, timeoutMs: 5_000 };
/** How far back days are asked about that were not closed while the processor was away. */
const mostDaysBack = 31;

export type DayEnergyParts = {
  readonly config: Config;
  readonly clock: Clock;
  /** The rooms are opened with what this gives, so they come later. */
  readonly rooms: () => { readonly calendar: Calendar; readonly tallies: Tallies; readonly sites: { readonly names: readonly string[] } };
  readonly logger: Pick<Logger, 'often'>;
};

export function openDayEnergy({ config, clock, rooms, logger }: DayEnergyParts): DayEnergy {
  const { prometheus_url: url } = config;
  if (url === undefined) return noDayEnergy;
  return createDayEnergy({
    host: config.host,
    ask: (question, atMs) => askPrometheus(url, question, atMs, clock),
    overDays: (nowMs) => overDays(rooms(), nowMs),
    nowMs: () => clock.nowMs(),
    trouble: (reason) => {
      if (reason !== null) logger.often('energy', 'warn', "Prometheus gives no energy of the day; asking again until the day's receipt is written", { reason });
    },
  });
}

/** Nobody to ask. */
export const noDayEnergy: DayEnergy = { look: () => undefined, ready: () => Promise.resolve(), of: () => missing('no prometheus_url is configured') };

/** @throws Error in words that may be kept for years */
export async function askPrometheus(url: string, question: string, atMs: number, clock: Clock): Promise<readonly Sample[]> {
  const address = `${url.replace(/\/+$/, '')}/api/v1/query`;
  const body = Buffer.from(new URLSearchParams({ query: question, time: String(atMs / 1000) }).toString());
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  try {
    const { status, text, cut } = await exchange({ method: 'POST', url: address, headers, body, ...limits }, clock);
    if (status !== 200) throw new Error(`Prometheus answered with status ${status}`);
    if (cut) throw new Error('Prometheus answered with more than a day can be');
    return readVector(text);
  } catch (error) {
    throw error instanceof TransportFailed ? new Error(`Prometheus gave ${error.message}`, { cause: error }) : error;
  }
}

/** Days of every site between its newest receipt and now that are over by the clock, oldest first. */
function overDays({ calendar, tallies, sites }: ReturnType<DayEnergyParts['rooms']>, nowMs: number): OverDay[] {
  const closed = new Map(tallies.numbers('logproc_receipt_timestamp_seconds').map(({ labels, value }) => [labels[0] ?? '', value * 1000]));
  return sites.names.flatMap((site) => {
    const days: OverDay[] = [];
    let { startMs } = calendar.dayOf(site, nowMs);
    while (days.length < mostDaysBack && startMs > (closed.get(site) ?? -Infinity)) {
      const { day, ...span } = calendar.dayOf(site, startMs - 1);
      days.unshift({ site, day, startMs: span.startMs, endMs: span.endMs });
      startMs = span.startMs;
    }
    return days;
  });
}
