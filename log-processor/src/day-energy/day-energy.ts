/** Knows the energy of days that are over before their receipts are due: asks Prometheus on the side, again and again, and never lets anybody wait. */
import type { Json } from '../account/receipt.ts';
import { energyQuestion } from './question.ts';
import { readAnswer } from './read-answer.ts';
import type { Sample } from './read-answer.ts';

/** A day of a site that is over by the clock and has no receipt yet. */
export type OverDay = { readonly site: string; readonly day: string; readonly startMs: number; readonly endMs: number };

export type DayEnergyOptions = {
  readonly host: string;
  /** Ends within seconds. @throws Error that says in words why there is no answer, and names nothing that is secret */
  readonly ask: (question: string, atMs: number) => Promise<readonly Sample[]>;
  /** Oldest first. */
  readonly overDays: (nowMs: number) => readonly OverDay[];
  readonly nowMs: () => number;
  /** A question failed, or succeeded again (null). */
  readonly trouble: (reason: string | null) => void;
};

export type DayEnergy = {
  /** To be called often; asks when it is time to, and returns at once. */
  look(): void;
  /** Asks about every day that is over, for at most so long: before the first line, because reading may close them at once. */
  ready(longestMs: number): Promise<void>;
  /** The `energy` of a receipt, as far as it is known now. */
  of(site: string, day: string): { readonly [key: string]: Json };
};

/** The last minute of a day is recorded, evaluated and scraped by then. A receipt is due half an hour after its day. */
export const settledMs = 180_000;
/** How long to wait after an answer that was none. */
const againMs = 60_000;

export const missing = (reason: string): { readonly [key: string]: Json } => ({ energy: 'missing', energy_missing: reason });
const notAsked = 'Prometheus was not asked: the day was closed before it was over by the clock, or long after';

export function createDayEnergy(options: DayEnergyOptions): DayEnergy {
  const keeper = new Keeper(options);
  return { look: () => keeper.look(), ready: (longestMs) => keeper.ready(longestMs), of: (site, day) => keeper.of(site, day) };
}

type Known = { energy: Json | null; reason: string };

class Keeper {
  readonly #options: DayEnergyOptions;
  readonly #known = new Map<string, Known>();
  #nextMs = -Infinity;
  #asking: Promise<void> | null = null;

  constructor(options: DayEnergyOptions) {
    this.#options = options;
  }

  look(): void {
    const nowMs = this.#options.nowMs();
    // A clock that was set back must not silence us.
    if (this.#asking !== null || (nowMs < this.#nextMs && nowMs > this.#nextMs - againMs)) return;
    this.#nextMs = nowMs + againMs;
    this.#asking = this.#askAll(nowMs).finally(() => {
      this.#asking = null;
    });
  }

  async ready(longestMs: number): Promise<void> {
    this.look();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestMs);
    });
    await Promise.race([this.#asking, late]);
    clearTimeout(timer);
  }

  of(site: string, day: string): { readonly [key: string]: Json } {
    const known = this.#known.get(nameOf(site, day));
    return known?.energy == null ? missing(known?.reason ?? notAsked) : { energy: known.energy };
  }

  /** One day after the other; where Prometheus is away the others wait for the next time. */
  async #askAll(nowMs: number): Promise<void> {
    const days = this.#options.overDays(nowMs);
    const names = new Set(days.map(({ site, day }) => nameOf(site, day)));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    const due = days.filter(({ site, day, endMs }) => endMs + settledMs <= nowMs && this.#known.get(nameOf(site, day))?.energy == null);
    for (const [index, day] of due.entries()) {
      try {
        await this.#ask(day);
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'Prometheus gave no answer';
        for (const { site, day: name } of due.slice(index)) this.#known.set(nameOf(site, name), { energy: null, reason });
        this.#options.trouble(reason);
        return;
      }
    }
    if (due.length > 0) this.#options.trouble(null);
  }

  async #ask({ site, day, startMs, endMs }: OverDay): Promise<void> {
    const { host, ask } = this.#options;
    const samples = await ask(energyQuestion(host, (endMs - startMs) / 1000), endMs);
    this.#known.set(nameOf(site, day), { energy: readAnswer(samples, host, (endMs - startMs) / 60_000), reason: `Prometheus holds no power of the host ${host} on this day` });
  }
}

const nameOf = (site: string, day: string): string => `${site}/${day}`;
