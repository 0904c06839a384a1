/**
 * One run full of kill -9: a processor that is killed at random moments follows a log that is written and rotated all the while, into a Loki
 * that is killed too; beside it an undisturbed processor follows the same log into files. What both have at the end is compared line by line.
 * Hours of events pass in minutes (event-clock.ts), so midnights, visits, receipts and the death of keys happen under the kills.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../log-processor/src/generate/random.ts';
import type { Random } from '../log-processor/src/generate/random.ts';
import { openSqliteStore } from '../log-processor/src/store/sqlite-store.ts';
import { asFileLine, comparable, compareContents, compareCounters, readLines } from './compare-contents.ts';
import type { Differences } from './compare-contents.ts';
import { createEventLog } from './event-log.ts';
import type { EventLog } from './event-log.ts';
import { countLoki, queryLoki } from './loki-contents.ts';
import { startLoki } from './loki-server.ts';
import type { LokiServer } from './loki-server.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';

export type KillRunOptions = {
  readonly seed: string;
  readonly kills: number;
  /** Event time from the first line to the last; at most 132 hours, because Loki takes nothing older than a week. */
  readonly spanHours: number;
  /** People's visits a day over both sites: about 20 lines each with everything else. */
  readonly visitsPerDay: number;
  /** After which kill Loki is killed, and how long it stays away. */
  readonly lokiAway: readonly { readonly afterKill: number; readonly seconds: number }[];
  readonly say: (line: string) => void;
};

export type KillRunResult = {
  readonly seconds: number;
  readonly lines: number;
  readonly tornLines: number;
  readonly rotations: number;
  readonly kills: { readonly starting: number; readonly running: number; readonly lokiKills: number; /** Kills while Loki was there after which bodies waited: it had them, or a part, or nothing. */ readonly leavingBodies: number };
  /** Of both: access lines, visits, receipts. */
  readonly undisturbed: Readonly<Record<string, number>>;
  readonly stored: Readonly<Record<string, number>>;
  /** Copies in Loki by a metric query, which counts every one. */
  readonly copies: Readonly<Record<string, number>>;
  readonly differences: Readonly<Record<string, Differences>>;
  readonly counterDifferences: readonly string[];
  /** Where the undisturbed run differs from what the generator knows to be true. */
  readonly truthDifferences: readonly string[];
  readonly ledger: { readonly read: number; readonly delivered: number; readonly dropped: number; readonly inFlight: number; readonly late: number; readonly lostBytes: number };
  readonly exitCodes: readonly (number | null)[];
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const stepMs = 20;
/** From one start of the processor to the next, roughly. */
const usualLifeMs = 2200;
const kinds = ['access', 'visit', 'day'] as const;
const sites = [
  { name: 'ocean', serverName: 'ocean.example', zone: 'Europe/Paris', share: 0.7 },
  { name: 'tides', serverName: 'tides.example', zone: 'UTC', share: 0.3 },
];
/**
 * How long a push may go on inside Loki after its sender was killed. The shipped 5500 ms are Loki's 5 s for it
 * (ingester_client.remote_timeout) and half a second more; this Loki is given 500 ms, so a second promises as much and tests faster.
 */
const settleMs = 1000;
const lokiFlags = ['-ingester.client.timeout=500ms'];

export async function killRun(options: KillRunOptions): Promise<KillRunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-kill-'));
  const loki = await startLoki({ folder: join(folder, 'loki'), flags: lokiFlags });
  const run = new KillRun(options, folder, loki);
  try {
    const result = await run.run();
    rmSync(folder, { recursive: true, force: true });
    return result;
  } catch (error) {
    options.say(`what is left of the failed run is in ${folder}`);
    throw error;
  } finally {
    await run.end();
    await loki.kill();
  }
}

class KillRun {
  readonly #options: KillRunOptions;
  readonly #folder: string;
  readonly #loki: LokiServer;
  readonly #random: Random;
  readonly #log: EventLog;
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #startedMs = performance.now();
  readonly #undisturbed: ProcessorProcess;
  #processor: ProcessorProcess | null = null;
  #eventMs: number;
  #writing = true;
  #killed = { starting: 0, running: 0, lokiKills: 0, leavingBodies: 0 };
  #lokiIsAway = false;
  #lokiIsBack: Promise<void> = Promise.resolve();

  constructor(options: KillRunOptions, folder: string, loki: LokiServer) {
    this.#options = options;
    this.#folder = folder;
    this.#loki = loki;
    this.#random = createRandom(`${options.seed}/kills`);
    // Half an hour before a midnight in UTC that is at least three hours old: the clock can go past it by an hour and still be behind the real one.
    this.#endMs = Math.floor((Date.now() - 3 * hourMs) / dayMs) * dayMs - hourMs / 2;
    this.#startMs = this.#endMs - options.spanHours * hourMs;
    this.#eventMs = this.#startMs;
    mkdirSync(join(folder, 'log'));
    this.#log = createEventLog({
      folder: join(folder, 'log'),
      seed: options.seed,
      sites: sites.map(({ serverName, zone, share }) => ({ serverName, zone, visitsPerDay: options.visitsPerDay * share })),
      startMs: this.#startMs,
      endMs: this.#endMs,
      maxFileBytes: 2_000_000,
    });
    this.#undisturbed = this.#start('undisturbed', { output: 'files', files_folder: join(folder, 'lines') });
  }

  async run(): Promise<KillRunResult> {
    const { kills, say } = this.#options;
    await this.#undisturbed.url();
    await this.#firstStart();
    const writing = this.#write();
    for (let kill = 1; kill <= kills; kill += 1) {
      await this.#liveAndDie();
      this.#awayWithLoki(kill);
      if (kill % 10 === 0 || kill === kills) say(this.#progress(kill));
    }
    await this.#lokiIsBack;
    this.#processor = this.#startKilled();
    await writing;
    await this.#settled();
    return this.#compare();
  }

  async end(): Promise<void> {
    this.#writing = false;
    await Promise.allSettled([this.#undisturbed.kill(), this.#processor?.kill(), this.#lokiIsBack]);
    this.#log.close();
  }

  /** Until the first commit every start is a first start, which begins in the file that is there: a rotation before it would hide lines from one of the two. */
  async #firstStart(): Promise<void> {
    this.#eventMs += hourMs / 12;
    this.#log.advance(this.#eventMs);
    if (this.#log.rotations > 0) throw new Error('the log was rotated before the first start: begin with less of it');
    const first = this.#startKilled();
    this.#processor = first;
    const urls = [await this.#undisturbed.url(), await first.url()];
    while (!(await Promise.all(urls.map(readMetrics))).every((samples) => total(samples, 'logproc_lines_read_total') > 0)) {
      this.#eventMs += 10_000;
      this.#log.advance(this.#eventMs);
      await sleep(stepMs);
    }
    await first.kill();
  }

  #start(name: string, settings: Readonly<Record<string, unknown>>): ProcessorProcess {
    return startProcessor({
      folder: join(this.#folder, name),
      eventClockFile: this.#log.clockFile,
      settings: {
        // Of event time, as everything that hangs on the clock: a few tens of real milliseconds.
        commit_interval_milliseconds: 10_000,
        anonymity_threshold: 3,
        inputs: [{ name: 'main', path: this.#log.path, start_at: 'beginning' }],
        sites: sites.map(({ name: site, serverName, zone }) => ({ name: site, server_names: [serverName], zone })),
        ...settings,
      },
    });
  }

  #startKilled(): ProcessorProcess {
    // A small outbox, so that reading stops soon when Loki is away, and the log has to be caught up with.
    return this.#start('killed', { output: 'loki', loki_url: this.#loki.url, loki_settle_milliseconds: settleMs, outbox_limit_bytes: 1_048_576 });
  }

  /** Event time passes in equal parts for every kill, evenly over the length of a usual life, and at most two lives ahead of the kills. */
  async #write(): Promise<void> {
    const span = this.#endMs - this.#startMs;
    const perKill = span / (this.#options.kills + 1);
    while (this.#writing && !this.#log.done) {
      const kill = this.#killed.starting + this.#killed.running;
      const limit = kill >= this.#options.kills ? Infinity : this.#startMs + perKill * (kill + 3);
      this.#eventMs = Math.max(this.#eventMs + 1, Math.min(this.#eventMs + (perKill * stepMs) / usualLifeMs, limit));
      this.#log.advance(this.#eventMs);
      await sleep(stepMs);
    }
  }

  /** One life, from its first instruction or from its first page on, to a random moment. */
  async #liveAndDie(): Promise<void> {
    const random = this.#random;
    const processor = this.#startKilled();
    this.#processor = processor;
    const dieEarly = random.chance(0.2);
    if (!dieEarly) await processor.url();
    await sleep(dieEarly ? random.integer(20, 1200) : random.integer(0, 3000));
    const { code, signal } = await processor.kill();
    if (signal !== 'SIGKILL') throw new Error(`the processor ended by itself with ${code ?? signal ?? 'nothing'}: ${processor.said()}`);
    this.#killed[dieEarly ? 'starting' : 'running'] += 1;
    if (!this.#lokiIsAway && this.#bodiesLeft() > 0) this.#killed.leavingBodies += 1;
    await sleep(random.integer(0, 200));
  }

  /** Bodies in the outbox of the dead, seen in a copy. */
  #bodiesLeft(): number {
    const copy = join(this.#folder, 'copy');
    cpSync(join(this.#folder, 'killed', 'state'), copy, { recursive: true, force: true });
    try {
      const store = openSqliteStore({ path: join(copy, 'state.db'), program: 'kill run' });
      const { length } = store.bodies();
      store.close();
      return length;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  #awayWithLoki(kill: number): void {
    const away = this.#options.lokiAway.find(({ afterKill }) => afterKill === kill);
    if (away === undefined) return;
    this.#killed.lokiKills += 1;
    this.#lokiIsBack = this.#lokiIsBack.then(async () => {
      // Not between two lives, but while somebody pushes.
      await sleep(this.#random.integer(0, 3000));
      await this.#loki.kill();
      this.#lokiIsAway = true;
      this.#options.say(`Loki is killed and stays away for ${away.seconds} s`);
      await sleep(away.seconds * 1000);
      await this.#loki.restart();
      this.#lokiIsAway = false;
    });
    this.#lokiIsBack.catch(() => undefined); // whoever waits for it is told
  }

  #progress(kill: number): string {
    const hours = ((this.#eventMs - this.#startMs) / hourMs).toFixed(1);
    return `${kill} kills in ${this.#seconds()} s: ${hours} h of events, ${this.#log.lines} lines in ${this.#log.rotations + 1} files, bodies were left ${this.#killed.leavingBodies} times`;
  }

  #seconds = (): number => Math.round((performance.now() - this.#startedMs) / 1000);

  /** Everything is written: the clock goes on until every visit is closed and everything is delivered. */
  async #settled(): Promise<void> {
    const processor = this.#processor ?? this.#startKilled();
    const urls = [await processor.url(), await this.#undisturbed.url()];
    const deadline = performance.now() + 300_000;
    this.#eventMs = this.#endMs + 1.2 * hourMs;
    for (let round = 0; ; round += 1) {
      this.#eventMs += 5000;
      this.#log.advance(this.#eventMs);
      await sleep(stepMs);
      if (round % 25 !== 24) continue;
      const samples = await Promise.all(urls.map(readMetrics));
      if (samples.every((sample) => this.#isSettled(sample))) return;
      if (performance.now() > deadline) throw new Error(`not everything was delivered after 300 s: ${samples.map(describe).join('; ')}; ${await readiness(urls[0] ?? '')}`);
    }
  }

  #isSettled(samples: ReadonlyMap<string, number>): boolean {
    const waiting = ['logproc_lines_in_flight', 'logproc_visits_open', 'logproc_outbox_bytes'];
    return total(samples, 'logproc_lines_read_total') >= this.#log.lines && waiting.every((name) => total(samples, name) === 0);
  }

  async #compare(): Promise<KillRunResult> {
    const { say } = this.#options;
    const processor = this.#processor ?? this.#undisturbed;
    const killedMetrics = await readMetrics(await processor.url());
    const undisturbedMetrics = await readMetrics(await this.#undisturbed.url());
    const exitCodes = [(await processor.stop()).code, (await this.#undisturbed.stop()).code];
    say(`both processors have ended after ${this.#seconds()} s; Loki is flushed, started again and asked`);
    await this.#loki.flush();
    await this.#loki.stop();
    await this.#loki.restart();
    const range = { fromMs: this.#startMs - hourMs, toMs: this.#endMs + dayMs };
    const [undisturbed, stored, differences]: [Record<string, number>, Record<string, number>, Record<string, Differences>] = [{}, {}, {}];
    const hours = Math.ceil((range.toMs - range.fromMs) / hourMs);
    const copies = await countLoki(this.#loki.url, `sum by (stream) (count_over_time({job="tidewatch"}[${hours}h]))`, 'stream', range.toMs);
    for (const kind of kinds) {
      const expected = readLines(join(this.#folder, 'lines'), kind).map(comparable);
      const found = (await queryLoki(this.#loki.url, `{job="tidewatch", stream="${kind}"}`, range)).map(asFileLine).map(comparable);
      undisturbed[kind] = expected.length;
      stored[kind] = found.length;
      differences[kind] = compareContents(expected, found);
    }
    return {
      seconds: this.#seconds(), lines: this.#log.lines, tornLines: this.#log.tornLines, rotations: this.#log.rotations, kills: this.#killed,
      undisturbed, stored, copies, differences, exitCodes,
      counterDifferences: compareCounters(undisturbedMetrics, killedMetrics),
      truthDifferences: this.#truthDifferences(),
      ledger: ledgerOf(killedMetrics),
    }; // prettier-ignore
  }

  /** The generator knows how many visits of each class there were; the visits of the undisturbed run must be as many. */
  #truthDifferences(): string[] {
    const counted = new Map<string, number>();
    for (const visit of readLines(join(this.#folder, 'lines'), 'visit')) {
      const name = `${String(visit['site'])} ${String(visit['agent_class'])}`;
      counted.set(name, (counted.get(name) ?? 0) + 1);
    }
    const truth = this.#log.truth();
    return sites.flatMap(({ name: site, serverName }) =>
      Object.entries(truth[serverName]?.visits ?? {}).flatMap(([visitClass, { visits }]) => {
        const found = counted.get(`${site} ${visitClass}`) ?? 0;
        return found === visits ? [] : [`${site}: ${visitClass} visits expected ${visits}, found ${found}`];
      }),
    );
  }
}

function ledgerOf(samples: ReadonlyMap<string, number>): KillRunResult['ledger'] {
  const of = (name: string): number => total(samples, name);
  return {
    read: of('logproc_lines_read_total'),
    delivered: of('logproc_lines_delivered_total'),
    dropped: of('logproc_lines_dropped_total'),
    inFlight: of('logproc_lines_in_flight'),
    late: of('logproc_late_lines_total'),
    lostBytes: of('logproc_lost_bytes_total'),
  };
}

const describe = (samples: ReadonlyMap<string, number>): string =>
  JSON.stringify({ ...ledgerOf(samples), visitsOpen: total(samples, 'logproc_visits_open'), outboxBytes: total(samples, 'logproc_outbox_bytes') });

async function readiness(url: string): Promise<string> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) });
  return response.text();
}
