/** Opens the second door for the configured senders: the one place that knows what stands behind each of its tools. */
import { readFileSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Config } from './config-schema.ts';
import type { SenderConfig } from './config-senders.ts';
import { ConfigRefused } from './config-refused.ts';
import { PushedInputs } from './apply-pushed.ts';
import type { ApplyTools } from './apply-pushed.ts';
import { BodyPool } from './door/body-pool.ts';
import { Door } from './door/door.ts';
import { prepare } from './door/prepare.ts';
import type { PrepareTools } from './door/prepare.ts';
import { batchPrefix, RememberedBatches } from './door/remembered-batches.ts';
import { Senders } from './door/senders.ts';
import { Targets } from './door/targets.ts';
import { createKey } from './key-keeper.ts';
import { batchFingerprint, sameSecret } from './keys/fingerprint.ts';
import type { Logger } from './logger.ts';
import { declaredLength, unpackBlock } from './loki/snappy-block.ts';
import type { Put } from './record.ts';
import type { DoorParts, RunParts } from './run-parts.ts';
import { LineScrubber } from './scrub/scrub-line.ts';
import { createScrubber } from './scrub/scrub.ts';
import { createPushedScrubber } from './scrub-pushed.ts';

export type DoorOptions = DoorParts & Pick<ApplyTools, 'take' | 'events'> & {
  readonly arrived: () => void;
  readonly isHeldUp: () => boolean;
};

export type OpenedDoor = { readonly door: Door; /** What the commit takes along. */ readonly takeChanges: () => Put[] };

/** @throws ConfigRefused when a secret file cannot be read */
export function openDoor(parts: RunParts, options: DoorOptions): OpenedDoor {
  const { config, store, clock } = parts;
  const preparing = prepareTools(parts, options);
  const inputs = new PushedInputs(parts, options);
  const door = new Door({
    clock,
    senders: openSenders(config, () => clock.nowMs()),
    pool: new BodyPool(config.push_memory_limit_bytes, config.push_requests_limit),
    remembered: new RememberedBatches(config.remembered_batches_limit, store.scan(batchPrefix)),
    mostBodyBytes: config.push_body_limit_bytes,
    prepare: (sender, body, form, isKnown) => prepare(preparing, { sender, body, form, isKnown }),
    apply: (prepared) => inputs.apply(prepared),
    refusal() {
      if (options.isHeldUp()) return 'the state cannot be written now';
      return store.outboxBytes >= config.outbox_limit_bytes ? 'the outbox is full' : null;
    },
    arrived: options.arrived,
  });
  return { door, takeChanges: () => [...door.cut(), ...inputs.takeChanges()] };
}

function prepareTools(parts: RunParts, { identityKey, logger }: DoorOptions): PrepareTools {
  const { config, rooms, clock } = parts;
  const plain = createScrubber({});
  const targets = new Map(config.senders.map((sender) => [sender.name, targetsOf(sender, parts, { scrub: (text) => plain(text).text, logger })]));
  return {
    unpackedBytes: config.push_unpacked_limit_bytes,
    ratio: config.push_ratio_limit,
    snappy: { declaredLength, unpackBlock },
    mostEntries: config.push_entries_limit,
    mostLineBytes: config.max_line_bytes,
    fingerprint: (sender, bytes) => batchFingerprint(identityKey, sender, bytes),
    targetsOf(sender) {
      const found = targets.get(sender);
      if (found === undefined) throw new Error(`nobody configured the sender ${sender}`);
      return found;
    },
    createScrub: createPushedScrubber({ rooms, scrub: new LineScrubber(), createKey: (site, day) => createKey(parts, site, day), nowMs: () => parts.clock.nowMs() }),
    nowMs: () => clock.nowMs(),
    breathe,
  };
}

function targetsOf(sender: SenderConfig, { rooms }: RunParts, tools: { scrub: (text: string) => string; logger: Pick<Logger, 'often'> }): Targets {
  return new Targets({
    input: sender.name,
    labels: sender.labels,
    rules: sender.streams.map(({ match, stream, site, service_name: serviceName }) => ({ match, stream, site, serviceName })),
    sites: rooms.sites.names,
    restSite: rooms.sites.ofServerName('').name,
    scrub: tools.scrub,
    overflow: () => tools.logger.often(`labels ${sender.name}`, 'warn', 'a sender has too many label sets; further ones lose their labels', { input: sender.name }),
  });
}

function openSenders(config: Config, nowMs: () => number): Senders {
  const options = config.senders.map(({ name, tenant, username, password_file: passwordFile, bearer_token_file: bearerTokenFile }) => ({ name, tenant, username, passwordFile, bearerTokenFile }));
  return new Senders(options, { readSecret, sameSecret, nowMs });
}

/** @throws ConfigRefused naming the file, never its content */
function readSecret(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigRefused('senders', [`the secret file ${path} cannot be read (${code}); expected a file with one line`]);
  }
  if (text === '' || /[\r\n]/.test(text)) throw new ConfigRefused('senders', [`the secret file ${path} is not one line; expected exactly one`]);
  return text;
}
