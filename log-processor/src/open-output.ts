/** Opens the configured output: a Loki behind an outbox, or NDJSON files. */
import type { Config } from './config-schema.ts';
import type { Done } from './committer.ts';
import { openFileOutput } from './files/file-output.ts';
import { createBodyBuilder, encodeMetadata } from './loki/body.ts';
import { createDelivery } from './loki/deliver.ts';
import type { Delivery } from './loki/deliver.ts';
import { createLokiClient } from './loki/loki-client.ts';
import type { LokiClient } from './loki/loki-client.ts';
import type { Output } from './output.ts';
import { createFilesOutput } from './output-files.ts';
import { createLokiOutput, headPrefix } from './output-loki.ts';
import type { Clock } from './record.ts';
import type { Store } from './store/store.ts';

export type OpenedOutput = {
  readonly output: Output;
  /** Null where the commit itself delivers. */
  readonly openDelivery: ((acknowledge: (done: Done) => Promise<void>, failed: (error: unknown) => void) => Delivery) | null;
  /** The Loki behind it, for checks. */
  readonly client: LokiClient | null;
  close(): Promise<void>;
};

export type OutputParts = {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly observe: (outcome: string, seconds: number, kind: string) => void;
  readonly uncertainAtStart: boolean | 'all';
};

/** Loki's reject_old_samples_max_age is a week; an hour is left for the way through the outbox. */
const maxAgeMs = 7 * 86_400_000 - 3_600_000;

/** @throws StateRefused when a file does not have its committed length */
export async function openOutput(parts: OutputParts): Promise<OpenedOutput> {
  return parts.config.output === 'loki' ? openLoki(parts) : openFiles(parts);
}

async function openFiles({ config, store }: OutputParts): Promise<OpenedOutput> {
  const lengths = new Map([...store.scan('file/')].map(([key, value]) => [key.slice('file/'.length), Number(value)]));
  const files = await openFileOutput({ folder: config.files_folder, lengths });
  return { output: createFilesOutput(files), openDelivery: null, client: null, close: () => files.close() };
}

function openLoki({ config, store, clock, observe, uncertainAtStart }: OutputParts): OpenedOutput {
  const client = createLokiClient({ url: config.loki_url, clock, ...credentialsOf(config) });
  const output = createLokiOutput({ job: 'tidewatch', host: config.host, createBodyBuilder, encodeMetadata, heads: store.scan(headPrefix), maxAgeMs });
  return {
    output,
    client,
    openDelivery: (acknowledge, failed) =>
      createDelivery({
        store,
        client,
        clock,
        random: Math.random,
        acknowledge,
        observe,
        uncertainAtStart,
        failed,
        settleMs: config.loki_settle_milliseconds,
      }),
    close: () => Promise.resolve(),
  };
}

/** Who we are to Loki. */
export function credentialsOf(config: Config) {
  const { loki_tenant: tenant, loki_username: username, loki_password_file: passwordFile, loki_bearer_token_file: bearerTokenFile } = config;
  return {
    ...(tenant === undefined ? {} : { tenant }),
    ...(username === undefined || passwordFile === undefined ? {} : { basicAuth: { username, passwordFile } }),
    ...(bearerTokenFile === undefined ? {} : { bearerTokenFile }),
  };
}
