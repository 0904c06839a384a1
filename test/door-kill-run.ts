/**
 * A real Promtail pushes through the second door into a real Loki, and each of the three is killed at random moments. A proxy in front of the
 * door writes down what was answered 204: exactly that must be in Loki, once. What Promtail's own death loses or repeats is counted apart.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../log-processor/src/generate/random.ts';
import { queryLoki } from './loki-contents.ts';
import { startLoki } from './loki-server.ts';
import type { LokiServer } from './loki-server.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';
import { createPromtail } from './promtail-process.ts';
import { startRecordingProxy } from './recording-proxy.ts';
import type { RecordingProxy } from './recording-proxy.ts';

export type DoorKillOptions = { readonly seed: string; /** Of each of the three. */ readonly kills: number; readonly linesPerSecond: number; readonly say: (line: string) => void };

export type DoorKillResult = {
  readonly seconds: number;
  readonly written: number;
  /** Bodies that differ; bodies answered 204; answers by status. */
  readonly batches: number;
  readonly answered: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Lines that were answered 204 more often than Loki has them, or less: both must be 0. */
  readonly missing: number;
  readonly surplus: number;
  /** Lines in Loki that still hold their address: must be 0. */
  readonly addresses: number;
  /** What the deaths of the agent cost: lines that were written and never pushed, and copies it pushed in another batch. */
  readonly neverPushed: number;
  readonly pushedAgain: number;
  readonly ledgerBalances: boolean;
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const numberIn = (line: string): number => Number(/ \*(\d+) /.exec(line)?.[1] ?? -1);
const address = (number: number): string => `203.0.113.${number % 256}`;
const errorLine = (number: number): string =>
  `${new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} [error] 7#7: *${number} open() "/srv/${number % 50}" failed (2: No such file or directory), client: ${address(number)}, server: ocean.example, request: "GET /${number % 50} HTTP/1.1", host: "ocean.example"\n`;

export async function doorKillRun(options: DoorKillOptions): Promise<DoorKillResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-door-kill-'));
  const loki = await startLoki({ folder: join(folder, 'loki'), flags: ['-ingester.client.timeout=500ms'] });
  const run = new DoorKillRun(options, folder, loki, await freePort());
  try {
    const result = await run.run();
    rmSync(folder, { recursive: true, force: true });
    return result;
  } finally {
    await run.end();
    await loki.kill();
  }
}

class DoorKillRun {
  readonly #options: DoorKillOptions;
  readonly #folder: string;
  readonly #loki: LokiServer;
  readonly #port: number;
  readonly #startedMs = Date.now();
  #written = 0;
  #writing = true;
  #processor: ProcessorProcess;
  #proxy: RecordingProxy | null = null;
  #promtail: ReturnType<typeof createPromtail> | null = null;

  constructor(options: DoorKillOptions, folder: string, loki: LokiServer, port: number) {
    [this.#options, this.#folder, this.#loki, this.#port] = [options, folder, loki, port];
    this.#processor = this.#start();
  }

  #start(): ProcessorProcess {
    return startProcessor({
      folder: join(this.#folder, 'processor'),
      settings: {
        listen_port: this.#port, output: 'loki', loki_url: this.#loki.url, loki_settle_milliseconds: 1000, sites: [{ name: 'ocean', server_names: ['ocean.example'] }],
        senders: [{ name: 'agent', streams: [{ match: { job: 'nginx-error' }, stream: 'error', site: 'ocean' }] }],
      },
    });
  }

  async run(): Promise<DoorKillResult> {
    await this.#processor.url();
    this.#proxy = await startRecordingProxy(`http://127.0.0.1:${this.#port}`);
    this.#promtail = createPromtail(join(this.#folder, 'promtail'), this.#proxy.url);
    this.#promtail.start();
    const writing = this.#write();
    await this.#until('the first batch is answered', () => this.#answered() > 0);
    await this.#killAll(this.#promtail);
    this.#writing = false;
    await writing;
    return this.#compare();
  }

  async #killAll(promtail: ReturnType<typeof createPromtail>): Promise<void> {
    const random = createRandom(this.#options.seed);
    /** A life goes on for a while, until something was answered in it at least. */
    const live = async (): Promise<void> => {
      const before = this.#answered();
      await this.#until('another batch is answered', () => this.#answered() > before);
      await sleep(random.integer(0, 1200));
    };
    for (let kill = 1; kill <= this.#options.kills; kill += 1) {
      await live();
      await this.#processor.kill();
      await sleep(random.integer(0, 300));
      this.#processor = this.#start();
      await live();
      await promtail.kill();
      promtail.start();
      await live();
      await this.#loki.kill();
      await sleep(random.integer(0, 1000));
      await this.#loki.restart({ wait: false });
      if (kill % 5 === 0) this.#options.say(`${kill} kills of each in ${this.#seconds()} s: ${this.#written} lines, ${this.#proxy?.batches.size ?? 0} batches, ${this.#answered()} answered`);
    }
  }

  async end(): Promise<void> {
    this.#writing = false;
    await Promise.allSettled([this.#promtail?.kill(), this.#processor.kill(), this.#proxy?.close()]);
  }

  readonly #seconds = (): number => Math.round((Date.now() - this.#startedMs) / 1000);
  readonly #answered = (): number => [...(this.#proxy?.batches.values() ?? [])].filter(({ answered }) => answered).length;

  async #write(): Promise<void> {
    const log = join(this.#folder, 'promtail', 'log', 'error.log');
    while (this.#writing) {
      const lines = Array.from({ length: Math.ceil(this.#options.linesPerSecond / 20) }, () => errorLine((this.#written += 1)));
      appendFileSync(log, lines.join(''));
      await sleep(50);
    }
  }

  async #until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 180_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`not within 180 s: ${what}; the processor said ${this.#processor.said().slice(-2000)}`);
      await sleep(100);
    }
  }

  async #compare(): Promise<DoorKillResult> {
    const url = await this.#processor.url();
    const batches = this.#proxy?.batches ?? new Map<string, never>();
    await this.#until('the last line is answered', () => [...batches.values()].some((batch) => batch.answered && batch.lines.some((line) => numberIn(line) === this.#written)));
    await this.#until('everything is delivered', async () => {
      const samples = await readMetrics(url);
      return total(samples, 'logproc_lines_in_flight') === 0 && total(samples, 'logproc_outbox_bytes') === 0;
    });
    const samples = await readMetrics(url);
    const stored = await queryLoki(this.#loki.url, '{stream="error"}', { fromMs: this.#startedMs - 60_000, toMs: Date.now() + 60_000 });
    const copies = countNumbers(stored.map(({ line }) => line));
    const promised = countNumbers([...batches.values()].filter(({ answered }) => answered).flatMap(({ lines }) => lines));
    const pushed = countNumbers([...batches.values()].flatMap(({ lines }) => lines));
    const sum = (of: (number: number) => number): number => Array.from({ length: this.#written }, (_, index) => of(index + 1)).reduce((all, one) => all + one, 0);
    const at = (counts: ReadonlyMap<number, number>, number: number): number => counts.get(number) ?? 0;
    return {
      seconds: this.#seconds(), written: this.#written, batches: batches.size, answered: this.#answered(), statuses: Object.fromEntries(this.#proxy?.statuses ?? []),
      missing: sum((number) => Math.max(0, at(promised, number) - at(copies, number))),
      surplus: sum((number) => Math.max(0, at(copies, number) - at(pushed, number))),
      addresses: stored.filter(({ line }) => line.includes('203.0.113.')).length,
      neverPushed: sum((number) => (at(pushed, number) === 0 ? 1 : 0)),
      pushedAgain: sum((number) => Math.max(0, at(pushed, number) - 1)),
      ledgerBalances: total(samples, 'logproc_lines_read_total') === total(samples, 'logproc_lines_delivered_total') + total(samples, 'logproc_lines_dropped_total'),
    }; // prettier-ignore
  }
}

function countNumbers(lines: readonly string[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const line of lines) counts.set(numberIn(line), (counts.get(numberIn(line)) ?? 0) + 1);
  return counts;
}
