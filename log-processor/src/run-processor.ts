/** Connects rooms, store, output and delivery into one running processor, and says what every commit takes along. */
import { handleEvents } from './account-events.ts';
import type { Rooms } from './assemble.ts';
import { endOf } from './assemble.ts';
import { visitLine } from './account/visit-line.ts';
import { Committer } from './committer.ts';
import type { Done } from './committer.ts';
import type { Config } from './config-schema.ts';
import { createDurableGauges } from './gauges.ts';
import { createIntake } from './intake.ts';
import type { KeyLife } from './keys/key-life.ts';
import type { Delivery } from './loki/deliver.ts';
import type { OpenedSources } from './open-sources.ts';
import type { Output } from './output.ts';
import { walk } from './pipeline.ts';
import { Processor } from './processor.ts';
import type { OpenSource, ProcessorTools } from './processor.ts';
import type { Clock, Put } from './record.ts';
import { StoreUnavailable } from './store/store.ts';
import type { Store } from './store/store.ts';

export type RunParts = {
  readonly config: Config;
  readonly rooms: Rooms;
  readonly store: Store;
  readonly keyLife: KeyLife;
  readonly output: Output;
  readonly sources: OpenedSources;
  readonly clock: Clock;
  /** Null where the commit itself delivers. */
  readonly openDelivery: ((acknowledge: (done: Done) => Promise<void>, failed: (error: unknown) => void) => Delivery) | null;
  readonly witness: (head: number) => void;
  /** Says that something is waited for; null when it is not any more. */
  readonly waiting: (what: 'state' | 'keys', reason: string | null) => void;
  readonly observeCommit: (seconds: number) => void;
  /** True where the inputs are finished files: at their end every visit and day is closed. */
  readonly finishes: boolean;
  readonly refused: (kind: 'visit' | 'day') => void;
  readonly options: ProcessorTools['options'];
};

export type Running = { readonly processor: Processor; readonly delivery: Delivery | null };

/** State key: the last stop left a body of which Loki may have lines. */
export const inDoubtKey = 'delivery/in_doubt';

export function connect(parts: RunParts): Running {
  const { rooms, store, clock } = parts;
  const committed = new Map<string, string | null>();
  const inDoubt: Put[] = [];
  const gauges = createDurableGauges({ account: rooms.account, tallies: rooms.tallies, sites: rooms.sites.names });
  const committer: Committer = new Committer({
    store,
    clock,
    seal: () => parts.output.seal(),
    count: (done) => countDone(rooms, done),
    takeChanges: () => {
      if (parts.output.deliversAtCommit) rooms.ledger.deliveredAll();
      rooms.ledger.show();
      gauges(clock.nowMs());
      const puts = [...rooms.account.takeChanges(), ...rooms.vocabulary.takeChanges(), ...parts.keyLife.takeChanges()];
      return [...puts, ...positionPuts(processor.sources, committed), ...inDoubt.splice(0), ...rooms.tallies.takeChanges()];
    },
    settled: async (head) => {
      rooms.tallies.settle();
      parts.witness(head);
      await unlinkKeys(parts);
      delivery?.wake();
    },
    waiting: (reason) => parts.waiting('state', reason),
    observeSeconds: parts.observeCommit,
  });
  const processor: Processor = new Processor(processorTools(parts, committer, () => delivery, inDoubt));
  const delivery: Delivery | null =
    parts.openDelivery?.(
      (done) => {
        const durable = committer.acknowledge(done);
        processor.wake();
        return durable;
      },
      (error) => processor.fail(error),
    ) ?? null;
  return { processor, delivery };
}

function processorTools(parts: RunParts, committer: Committer, delivery: () => Delivery | null, inDoubt: Put[]): ProcessorTools {
  const { rooms, keyLife, output, store, config, clock } = parts;
  const { account, tallies } = rooms;
  const events = (nowMs: number): void => {
    const happened = account.takeEvents();
    if (happened.length > 0) handleEvents(happened, nowMs, eventTools(parts));
  };
  const take = createIntake({
    walk: (parsed, origin) => walk(parsed, origin, rooms.road),
    createKey: (site, day) => createKey(parts, site, day),
    account: (request, nowMs, refused) => {
      account.add(request, nowMs, refused);
      events(nowMs);
    },
    accountDrop: ({ site, timeMs, drop }) => account.dropped(site, timeMs, drop),
    ledger: rooms.ledger,
    output,
    maxLineBytes: config.max_line_bytes,
  });
  return {
    clock,
    committer,
    take,
    newSources: async () => {
      const found = await parts.sources.newSources();
      for (const { inputs } of found) for (const name of inputs.keys()) account.sourceJoined(name, 'file', clock.nowMs());
      return found;
    },
    lost: (reason, bytes) => tallies.counter('logproc_lost_bytes_total', [reason]).add(bytes),
    atEnd: (input, nowMs) => {
      account.sourceAtEnd(input, nowMs);
      events(nowMs);
    },
    finished: (input) => {
      account.sourceFinished(input);
      events(clock.nowMs());
    },
    tick: (nowMs) => {
      account.tick(nowMs);
      events(nowMs);
      const due = keyLife.due(account.watermark.valueMs, nowMs, (site, day) => endOf(rooms.calendar, site, day));
      for (const { site, day } of due) destroyKey(parts, site, day);
    },
    inputsEnded: () => {
      // A pipe that ends may go on in the next run; only what is finished for good closes its visits and days.
      if (parts.finishes) account.finishAll();
      events(clock.nowMs());
    },
    outboxFull: () => store.outboxBytes >= config.outbox_limit_bytes,
    endDelivery: async (longestMs) => {
      const running = delivery();
      if (running === null) return;
      await running.drain(longestMs);
      if ((await running.stop()).inDoubt) inDoubt.push([inDoubtKey, 'true']);
    },
    options: parts.options,
  };
}

function eventTools(parts: RunParts): Parameters<typeof handleEvents>[2] {
  const { rooms } = parts;
  return {
    output: parts.output,
    visitLine,
    destroyKey: (site, day) => destroyKey(parts, site, day),
    dayIsOver(site, day) {
      // The words of the day itself are still needed: the next day looks one epoch back.
      const { startMs, endMs } = rooms.calendar.dayOf(site, endOf(rooms.calendar, site, day) - 1);
      rooms.vocabulary.forget(site, rooms.calendar.dayOf(site, startMs - 1).day);
      rooms.tallies.gauge('logproc_receipt_timestamp_seconds', [site]).set(endMs / 1000);
    },
    refused: parts.refused,
  };
}

function destroyKey({ keyLife, rooms, clock }: RunParts, site: string, day: string): void {
  if (typeof keyLife.stateOf(site, day) === 'string') return;
  keyLife.markDestroyed(site, day, clock.nowMs());
  rooms.tallies.counter('logproc_keys_destroyed_total', [site]).add(1);
}

/** A key volume that cannot be written is waited for: without a key no line may go on. */
async function createKey(parts: RunParts, site: string, day: string): Promise<void> {
  for (let waitMs = 200; ; waitMs = Math.min(waitMs * 2, 10_000)) {
    try {
      await parts.keyLife.create(site, day, parts.clock.nowMs());
      parts.waiting('keys', null);
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      parts.waiting('keys', error.message);
      await parts.clock.sleep(waitMs);
    }
  }
}

async function unlinkKeys({ keyLife, waiting }: RunParts): Promise<void> {
  try {
    await keyLife.unlinkDestroyed();
    waiting('keys', null);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    waiting('keys', error.message); // tried again after the next commit
  }
}

function countDone({ ledger }: Rooms, { body, deliveredLines, refusedLines }: Done): void {
  if (body.input === '') return; // visits and receipts are no input lines
  if (deliveredLines > 0) ledger.delivered(body.input, deliveredLines);
  for (let line = 0; line < refusedLines; line += 1) ledger.dropped(body.input, 'refused');
}

function positionPuts(sources: readonly OpenSource[], committed: Map<string, string | null>): Put[] {
  const puts: Put[] = [];
  for (const { inputs } of sources) {
    for (const { name, position, lineNumber } of inputs.values()) {
      if (position === null || committed.get(name) === position) continue;
      committed.set(name, position);
      puts.push([`position/${name}`, position], [`line/${name}`, String(lineNumber)]);
    }
  }
  return puts;
}
