/** Remembers which finished days of which site have kept access lines: each of them must have its receipt. */
import type { Calendar } from '../account/calendar.ts';
import type { HeldEntry } from './held-lines.ts';

/** A receipt is written when the watermark passes midnight + 1800 s; another hour is left for catching up. */
const slackMs = 1_800_000 + 3_600_000;

export class FinishedDays {
  readonly #calendar: Calendar;
  readonly #nowMs: number;
  readonly #bySite = new Map<string, Set<string>>();

  constructor(calendar: Calendar, nowMs: number) {
    [this.#calendar, this.#nowMs] = [calendar, nowMs];
  }

  see({ labels, ns }: HeldEntry): void {
    const { site, stream } = labels;
    const timeMs = Number(ns.slice(0, -6));
    if (stream !== 'access' || site === undefined || !Number.isFinite(timeMs)) return;
    const { day, endMs } = this.#calendar.dayOf(site, timeMs);
    if (endMs + slackMs > this.#nowMs) return;
    const days = this.#bySite.get(site) ?? new Set<string>();
    this.#bySite.set(site, days.add(day));
  }

  bySite(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#bySite;
  }
}
