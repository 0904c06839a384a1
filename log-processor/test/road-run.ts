/**
 * Runs the real road over given files in a given folder: real readers, sqlite, key volume and output, with a clock that stands still and, where
 * a test wants the same bytes every time, keys that are known. Whatever is not handed in is what `openHouse` takes too.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LokiModel } from '../../test/loki-model.ts';
import { restoreRooms, watermarkGraceMs } from '../src/assemble.ts';
import type { Rooms } from '../src/assemble.ts';
import { parseConfig } from '../src/config.ts';
import type { Config } from '../src/config-schema.ts';
import { doubtAtStart } from '../src/delivery-doubt.ts';
import { sha256 } from '../src/keys/digest.ts';
import { keyFileName } from '../src/keys/key-name.ts';
import { openKeyVolume } from '../src/keys/key-volume.ts';
import type { KeyVolume } from '../src/keys/key-volume.ts';
import { openKeyLife } from '../src/keys/open-key-life.ts';
import { readWitness, writeWitness } from '../src/keys/witness.ts';
import { createBodyBuilder, encodeMetadata } from '../src/loki/body.ts';
import { createDelivery } from '../src/loki/deliver.ts';
import type { Loki } from '../src/loki/loki.ts';
import { metricNames } from '../src/metric-names.ts';
import type { NameOf } from '../src/metric-names.ts';
import type { Tallies } from '../src/metrics/tallies.ts';
import { openOutput } from '../src/open-output.ts';
import type { OpenedOutput } from '../src/open-output.ts';
import { openFinishedSources, openFollowedSources } from '../src/open-sources.ts';
import type { OpenedSources, SourceParts } from '../src/open-sources.ts';
import { createLokiOutput, headPrefix } from '../src/output-loki.ts';
import type { Clock } from '../src/record.ts';
import { connect } from '../src/run-processor.ts';
import { createScrubber } from '../src/scrub/scrub.ts';
import type { Scrubber } from '../src/scrub/scrub.ts';
import { openSqliteStore } from '../src/store/sqlite-store.ts';
import type { Store } from '../src/store/store.ts';

export type RoadOptions = {
  /** Holds `state/`, `keys/` and `lines/`; made by the caller. */
  readonly folder: string;
  /** Settings over the defaults; `inputs` at least. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The clock stands here; asked at every look, so that a run can begin later than the last one. */
  readonly nowMs: number;
  /** `finished` unless told: everything is read, then everything closes. */
  readonly inputs?: 'followed' | 'finished';
  /** Lines go to this Loki instead of files. */
  readonly loki?: Loki;
  /** Keys come from the system's random numbers; else from site and day alone. */
  readonly randomKeys?: boolean;
  readonly scrub?: Scrubber;
  readonly lookUpCountry?: (address: string) => string | null;
  /** Changes the rooms before the first line: how a test makes a leak it must see. */
  readonly sabotage?: (rooms: Rooms) => void;
  /** Stands between the processor and its state. */
  readonly store?: (store: Store) => Store;
  /** Called when something is waited for. */
  readonly waiting?: (what: string, reason: string | null) => void;
  readonly batchBytes?: number;
  /** Asked before every read how many bytes it may give. */
  readonly readBytes?: () => number;
  /** Ends the run at this commit: in order after it, or by a kill without or with it on the disk. */
  readonly end?: { readonly commit: number; readonly how: 'orderly' | 'killed before' | 'killed after' };
};

/** The run was killed as `end` says; its folder is as the dead process left it. */
export class Killed extends Error {}

export type RoadResult = {
  readonly config: Config;
  /** Committed counters above zero, one a line, as Prometheus writes them. */
  readonly counters: readonly string[];
  /** Lines of the output files by kind; empty with a Loki. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Every entry of the state at the end. */
  readonly entries: ReadonlyMap<string, string>;
};

/** 32 bytes that depend on the name alone. */
export const fixedKey = (name: string): Buffer => createHash('sha256').update(`a key that everybody may know: ${name}`).digest();
export const fixedEpochKey = (site: string, day: string): Buffer => fixedKey(`${site} ${day}`);

/** The real volume, into which a known key is laid before it makes one: an epoch that has a key keeps it. */
async function openFixedVolume(folder: string): Promise<KeyVolume> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  lay(join(folder, 'identity.key'), fixedKey('identity'));
  const volume = await openKeyVolume({ folder });
  const create: KeyVolume['create'] = (site, day) => {
    lay(join(folder, keyFileName({ site, day })), fixedEpochKey(site, day));
    return volume.create(site, day);
  };
  return {
    identityKey: volume.identityKey,
    identityIsNew: volume.identityIsNew,
    create,
    read: (site, day) => volume.read(site, day),
    list: () => volume.list(),
    destroy: (site, day) => volume.destroy(site, day),
  };
}

function lay(path: string, key: Buffer): void {
  if (!existsSync(path)) writeFileSync(path, key, { mode: 0o600 });
}

/** What the processor sleeps between two looks at its inputs, and at its end waits for Loki; other waits are over at once. */
const pollMs = 7;
const drainMs = 8_000;

/** Time stands still; the first wait for more lines ends the run. */
function standingClock(nowMs: number, idle: () => void): Clock {
  return {
    nowMs: () => nowMs,
    sleep: async (milliseconds, signal) => {
      if (milliseconds === pollMs) idle();
      await new Promise<void>((resolve) => {
        if (milliseconds !== drainMs) setImmediate(resolve);
        else if (signal?.aborted === true) resolve();
        else signal?.addEventListener('abort', () => resolve());
      });
    },
  };
}

/** Lets a test end a run in the middle. */
type Life = { commits: number; dead: boolean; stop: () => void };

function mortal(store: Store, life: Life, end: RoadOptions['end']): Store {
  const commit: Store['commit'] = async (change) => {
    life.commits += 1;
    const isLast = life.commits === end?.commit;
    if (isLast && end.how === 'killed before') throw new Killed();
    const result = await store.commit(change);
    if (isLast && end.how === 'killed after') throw new Killed();
    if (isLast) life.stop();
    return result;
  };
  return {
    get head() { return store.head; },
    get closedCleanly() { return store.closedCleanly; },
    get outboxBytes() { return store.outboxBytes; },
    commit,
    scan: (prefix) => store.scan(prefix),
    bodies: () => (life.dead ? [] : store.bodies()),
    payload: (id) => store.payload(id),
    close: () => store.close(),
  }; // prettier-ignore
}

const never = new Promise<never>(() => undefined);

/** A dead process pushes no more. */
const mortalLoki = (loki: Loki, life: Life): Loki => ({
  push: (payload) => (life.dead ? never : loki.push(payload)),
  queryStream: (stream, fromNs, toNs) => loki.queryStream(stream, fromNs, toNs),
  newestNs: (stream, fromNs, toNs) => (life.dead ? never : loki.newestNs(stream, fromNs, toNs)),
  ready: () => (life.dead ? never : loki.ready()),
});

const inSmallReads = (sources: OpenedSources, readBytes: () => number): OpenedSources => ({
  newSources: async () =>
    (await sources.newSources()).map((open) => {
      const read = open.source.read.bind(open.source);
      open.source.read = (maxBytes) => read(Math.min(maxBytes, readBytes()));
      return open;
    }),
  problems: () => sources.problems(),
  forget: () => sources.forget(),
  oldestLineMs: () => sources.oldestLineMs(),
});

type LokiParts = { readonly config: Config; readonly store: Store; readonly clock: Clock; readonly uncertainAtStart: boolean | 'all' };

function lokiOutput(loki: Loki, { config, store, clock, uncertainAtStart }: LokiParts): OpenedOutput {
  return {
    // The age is the one of open-output.ts.
    output: createLokiOutput({ job: 'tidewatch', host: config.host, createBodyBuilder, encodeMetadata, heads: store.scan(headPrefix), maxAgeMs: 7 * 86_400_000 - 3_600_000 }),
    client: null,
    openDelivery: (acknowledge, failed) =>
      createDelivery({ store, client: loki, clock, random: () => 0.5, acknowledge, failed, observe: () => undefined, uncertainAtStart, settleMs: 0 }),
    close: () => Promise.resolve(),
  };
}

/** Reads every input to its end, ends in order, closes everything, and says what came out. */
export async function runRoad(options: RoadOptions): Promise<RoadResult> {
  const config = roadConfig(options);
  const opened = openSqliteStore({ path: join(config.state_folder, 'state.db') });
  const life: Life = { commits: 0, dead: false, stop: () => undefined };
  const image = `${config.state_folder}.image`;
  try {
    const usual = { inputs: 'finished', scrub: createScrubber({}), batchBytes: 8_388_608, waiting: () => undefined, readBytes: () => Infinity } as const;
    return await runOpened({ ...usual, ...options }, config, mortal(options.store?.(opened) ?? opened, life, options.end), life);
  } catch (error) {
    life.dead = true;
    if (error instanceof Killed) cpSync(config.state_folder, image, { recursive: true });
    throw error;
  } finally {
    opened.close();
    if (existsSync(image)) {
      // Closing tidied up; a killed process does not.
      rmSync(config.state_folder, { recursive: true });
      renameSync(image, config.state_folder);
    }
  }
}

type Whole = RoadOptions & Required<Pick<RoadOptions, 'inputs' | 'scrub' | 'batchBytes' | 'waiting' | 'readBytes'>>;

async function runOpened(options: Whole, config: Config, store: Store, life: Life): Promise<RoadResult> {
  const { folder, nowMs, inputs, scrub, lookUpCountry } = options;
  const clock = standingClock(nowMs, () => processor.stop());
  const volume = await (options.randomKeys === true ? openKeyVolume({ folder: config.key_folder }) : openFixedVolume(config.key_folder));
  const keyLife = await openKeyLife({ entries: store.scan('key/'), volume, nowMs });
  const restored = (readWitness(config.key_folder) ?? 0) > store.head;
  const rooms = restoreRooms({
    config, store, keyLife, clock, scrub, sha256,
    versions: { tidewatch: 'under test' },
    restored,
    graceMs: inputs === 'finished' ? Infinity : watermarkGraceMs,
    closed: () => undefined,
    ...(lookUpCountry === undefined ? {} : { lookUpCountry }),
  });
  options.sabotage?.(rooms);
  const doubt = doubtAtStart({ store, restored, watermarkMs: rooms.account.watermark.valueMs, nowMs });
  const parts = { config, store, clock, uncertainAtStart: doubt.uncertainAtStart };
  const output = options.loki === undefined ? await openOutput({ ...parts, observe: () => undefined }) : lokiOutput(mortalLoki(options.loki, life), parts);
  const { processor } = connect({
    config, rooms, store, keyLife, clock,
    sources: inSmallReads(await openSources(inputs, { config, sites: rooms.sites, identityKey: volume.identityKey, ...placesIn(store), standardInput: process.stdin }), options.readBytes),
    output: output.output,
    openDelivery: output.openDelivery,
    doubt: doubt.puts,
    finishes: inputs === 'finished',
    witness: (head) => writeWitness(config.key_folder, head),
    waiting: options.waiting,
    observeCommit: () => undefined,
    refused: () => undefined,
    options: { commitIntervalMs: 1000, pollMs, batchBytes: options.batchBytes, drainMs },
  });
  life.stop = () => processor.stop();
  try {
    await processor.run();
  } catch (error) {
    for (const { source } of processor.sources) await source.close();
    throw error;
  } finally {
    await output.close();
  }
  return { config, counters: countersOf(rooms.tallies), files: readOutput(join(folder, 'lines')), entries: new Map(store.scan('')) };
}

const openSources = (inputs: 'followed' | 'finished', parts: SourceParts): Promise<OpenedSources> => (inputs === 'finished' ? openFinishedSources(parts) : openFollowedSources(parts));

/** Where reading goes on, by input. */
function placesIn(store: Store): Pick<SourceParts, 'positions' | 'lineNumbers'> {
  const under = (prefix: string) => [...store.scan(prefix)].map(([key, value]) => [key.slice(prefix.length), value] as const);
  return { positions: new Map(under('position/')), lineNumbers: new Map(under('line/').map(([name, line]) => [name, Number(line)])) };
}

/** The configuration of a run: everything below its folder. */
export function roadConfig({ folder, settings }: Pick<RoadOptions, 'folder' | 'settings'>): Config {
  const folders = { state_folder: join(folder, 'state'), key_folder: join(folder, 'keys'), files_folder: join(folder, 'lines') };
  return parseConfig(JSON.stringify({ ...folders, listen_port: 0, ...settings }), 'the test');
}

/** Gauges without which the counters do not add up. */
const balancing = new Set(['logproc_visits_open', 'logproc_lines_in_flight']);
const committedCounters = Object.entries(metricNames)
  .filter(([name, row]) => (row.type === 'counter' && row.committed) || balancing.has(name))
  .map(([name]) => name as NameOf<'counter' | 'gauge'>);

/** Committed counters above zero, and what is open or in flight, as `/metrics` shows them. */
export function countersOf(tallies: Tallies): readonly string[] {
  return committedCounters
    .flatMap((name) =>
      tallies.numbers(name).map(({ labels, value }) => {
        const pairs = metricNames[name].labels.map((label, index) => `${label}="${labels[index] ?? ''}"`).join(',');
        return value === 0 ? '' : `${name}${pairs === '' ? '' : `{${pairs}}`} ${value}`;
      }),
    )
    .filter((line) => line !== '')
    .sort();
}

/** Every output file's lines by its kind. */
export function readOutput(folder: string): Record<string, readonly string[]> {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return Object.fromEntries(names.map((name) => [name.replace(/\.ndjson$/, ''), linesOf(readFileSync(join(folder, name), 'utf8'))]));
}

const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);

/** What a model of Loki holds, by the label `stream`: labels, time, structured metadata and line of every entry, in the order of streams and time. */
export function readLokiModel(loki: LokiModel): Record<string, readonly string[]> {
  const found: Record<string, string[]> = {};
  for (const stream of loki.streams().sort()) {
    const kind = /stream="([a-z]+)"/.exec(stream)?.[1] ?? 'unknown';
    for (const { ns, metadata, line } of loki.stored(stream)) (found[kind] ??= []).push(`{"labels":${JSON.stringify(stream)},"ns":"${ns}","metadata":${metadata},"line":${line}}`);
  }
  return found;
}

export type LineFields = Readonly<Partial<Record<(typeof contract)[number], string>>>;
const contract = [
  'msec', 'remote_addr', 'http_x_forwarded_for', 'server_name', 'request_method', 'request_uri', 'status', 'bytes_sent', 'request_time', 'upstream_response_time',
  'http_referer', 'http_user_agent', 'http_sec_purpose', 'sent_http_content_type',
] as const; // prettier-ignore

/** A line of nginx/log-format.conf: an ordinary page view but for the given fields. */
export function jsonLine(timeMs: number, fields: LineFields = {}): string {
  const usual: LineFields = {
    msec: (timeMs / 1000).toFixed(3), remote_addr: '192.0.2.1', http_x_forwarded_for: '', server_name: 'ocean.example', request_method: 'GET', request_uri: '/', status: '200', bytes_sent: '1234',
    request_time: '0.012', upstream_response_time: '0.010', http_referer: '', http_user_agent: firefox, http_sec_purpose: '', sent_http_content_type: 'text/html; charset=utf-8',
  }; // prettier-ignore
  const all = { ...usual, ...fields };
  return `{${contract.map((name) => `"${name}":${JSON.stringify(all[name] ?? '')}`).join(',')}}`;
}

export const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
