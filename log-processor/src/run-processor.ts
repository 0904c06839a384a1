/** Connects rooms, store, output and delivery into one running processor, and says what every commit takes along. */
import { createEvents, openIntake } from './account-tools.ts';
import type { DoorParts, RunParts } from './run-parts.ts';
import { Committer } from './committer.ts';
import type { Config } from './config-schema.ts';
import type { Done } from './committer.ts';
import { createDurableGauges } from './gauges.ts';
import { inDoubtKey } from './delivery-doubt.ts';
import { destroyDueKeys, unlinkKeys } from './key-keeper.ts';
import type { Door } from './door/door.ts';
import { openDoor } from './open-door.ts';
import type { DoorOptions, OpenedDoor } from './open-door.ts';
import type { Delivery } from './loki/deliver.ts';
import { createRawLogKeeper } from './raw-logs.ts';
import type { RawLogKeeper } from './raw-logs.ts';
import { Processor } from './processor.ts';
import { closedDoor } from './push-door.ts';
import type { OpenSource, ProcessorTools } from './processor-tools.ts';
import type { LostReason, Put } from './record.ts';

export type Running = { readonly processor: Processor; readonly delivery: Delivery | null; readonly door: Door | null };

export function connect(parts: RunParts): Running {
  const { rooms, store, clock } = parts;
  rooms.forgetting.push(() => parts.sources.forget());
  const committed = new Map<string, string | null>();
  const inDoubt: Put[] = [...parts.doubt];
  const gauges = createDurableGauges({ account: rooms.account, tallies: rooms.tallies, sites: rooms.sites.names });
  const rawLogs = createRawLogKeeper(parts);
  const committer: Committer = new Committer({
    store,
    clock,
    seal: () => parts.output.seal(),
    count: (done) => countDone(parts, done),
    takeChanges: () => {
      if (parts.output.deliversAtCommit) rooms.ledger.deliveredAll();
      rooms.ledger.show();
      gauges(clock.nowMs());
      parts.committed?.take();
      const rest = [...positionPuts(processor.sources, committed), ...rawLogs.puts(), ...inDoubt.splice(0), ...(opened?.takeChanges() ?? []), ...rooms.tallies.takeChanges()];
      return [...rooms.account.takeChanges(), ...rooms.vocabulary.takeChanges(), ...parts.keyLife.takeChanges(), ...rest];
    },
    settled: async (head) => {
      rooms.tallies.settle();
      parts.committed?.settle();
      parts.witness(head);
      opened?.door.settled();
      await unlinkKeys(parts).finally(() => delivery?.wake());
      await rawLogs.look();
    },
    waiting: (reason) => waitFor(parts, rawLogs, reason),
    observeSeconds: parts.observeCommit,
  });
  const events = createEvents(parts);
  const take = openIntake(parts, events);
  const opened = openSecondDoor(parts, { take, events, arrived: () => processor.wake(), isHeldUp: () => committer.isHeldUp });
  const processor: Processor = new Processor(processorTools(parts, { committer, delivery: () => delivery, inDoubt, take, events, door: opened?.door ?? closedDoor }));
  const delivery = parts.openDelivery?.((done) => handIn(done, committer, processor), (error) => processor.fail(error)) ?? null;
  return { processor, delivery, door: opened?.door ?? null };
}

/** A disk that takes no commit is no reason to keep an address longer. */
function waitFor(parts: RunParts, rawLogs: RawLogKeeper, reason: string | null): void {
  parts.waiting('state', reason);
  if (reason !== null) void rawLogs.lookWhileWaiting();
}

function handIn(done: Done, committer: Committer, processor: Processor): Promise<void> {
  const durable = committer.acknowledge(done);
  processor.wake();
  return durable;
}

/** Null where nobody may push. @throws ConfigRefused */
function openSecondDoor(parts: RunParts, options: Omit<DoorOptions, keyof DoorParts>): OpenedDoor | null {
  return parts.door === undefined || parts.config.senders.length === 0 ? null : openDoor(parts, { ...parts.door, ...options });
}

type Wiring = Pick<ProcessorTools, 'committer' | 'take' | 'door'> & { readonly delivery: () => Delivery | null; readonly inDoubt: Put[]; readonly events: (nowMs: number) => void };

function processorTools(parts: RunParts, { committer, delivery, inDoubt, take, events, door }: Wiring): ProcessorTools {
  const { rooms, store, config, clock } = parts;
  const { account } = rooms;
  return {
    clock,
    committer,
    take,
    door,
    resumed: (nowMs) => account.watermark.resumed(nowMs),
    newSources: () => {
      parts.beat?.();
      return joinNewSources(parts);
    },
    lost: (input, reason, bytes) => countLost(parts, input, reason, bytes),
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
      destroyDueKeys(parts, nowMs);
    },
    inputsEnded: () => {
      if (parts.finishes) account.finishAll();
      events(clock.nowMs());
    },
    outboxFull: () => store.outboxBytes >= config.outbox_limit_bytes,
    endDelivery: async (longestMs) => {
      await delivery()?.drain(longestMs);
      const end = await delivery()?.stop();
      if (end?.inDoubt === true) inDoubt.push([inDoubtKey, 'true']);
    },
    options: parts.options,
  };
}

async function joinNewSources({ sources, rooms, config, clock }: RunParts): Promise<readonly OpenSource[]> {
  const found = await sources.newSources();
  for (const { inputs } of found) for (const name of inputs.keys()) rooms.account.sourceJoined(name, kindOf(config, name), clock.nowMs());
  return found;
}

/** A pipe that is silent for long must not hold the others back. */
const kindOf = ({ inputs }: Config, input: string): 'sender' | 'file' => (inputs.some(({ name, path }) => name === input && path === '-') ? 'sender' : 'file');

function countLost({ rooms: { tallies }, lost }: RunParts, input: string, reason: LostReason, bytes: number): void {
  tallies.counter('logproc_lost_bytes_total', [reason]).add(bytes);
  lost?.(input, reason, bytes);
}

function countDone({ rooms: { ledger }, refused }: RunParts, { body, deliveredLines, refusedLines }: Done): void {
  if (body.input === '') {
    // Visits and receipts are no input lines: the ledger does not know them, so somebody has to be told.
    if (refusedLines > 0) refused(body.kind === 'day' ? 'day' : 'visit');
    return;
  }
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
