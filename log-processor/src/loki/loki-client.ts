/** The client of a real Loki: pushes whole bodies, asks what is there, and never trusts an answer more than Loki deserves. */
import { SecretUnreadable } from './credentials.ts';
import { TransportFailed } from './http.ts';
import type { LokiLimits } from './look-back.ts';
import { lookBackWarnings, readLimits } from './look-back.ts';
import type { Loki, PushOutcome } from './loki.ts';
import { LokiUnavailable } from './loki.ts';
import { classifyAnswer } from './push-outcome.ts';
import { readQueryAnswer } from './query-answer.ts';
import type { AskRange } from './query-stream.ts';
import { readKeptMs } from './kept.ts';
import { countQuery, distinct, readSeries, readVector } from './series-answer.ts';
import { queryStream } from './query-stream.ts';
import { readSchemaFrom } from './schema-from.ts';
import type { TransportOptions } from './transport.ts';
import { createTransport } from './transport.ts';

const smallAnswerBytes = 4 * 1024;
const configBytes = 1024 * 1024;
/** 5000 lines of 256 KiB would not fit; then the page is asked for in smaller parts. */
const pageBytes = 64 * 1024 * 1024;

export type LokiClientOptions = TransportOptions & {
  /** For a whole push and its answer. */
  readonly timeoutMs?: number;
  /** For one page of a query. */
  readonly queryTimeoutMs?: number;
  /** Entries asked for at once; Loki refuses more than 5000 unless told otherwise. */
  readonly pageLimit?: number;
};

export type LokiClient = Loki & {
  /** What this Loki is configured to do. @throws LokiUnavailable */
  config(): Promise<LokiLimits>;
  /** Every set of labels with an entry in the range. @throws LokiUnavailable */
  streams(fromNs: string, toNs: string): Promise<readonly Readonly<Record<string, string>>[]>;
  /** How long this Loki keeps lines that are no receipts, in milliseconds; Infinity for ever. @throws LokiUnavailable */
  keptMs(): Promise<number>;
  /** The first day this Loki can store, `yyyy-mm-dd`; null where it does not say. @throws LokiUnavailable */
  schemaFrom(): Promise<string | null>;
  /** Sentences about promises this Loki cannot keep, empty when it keeps all. @throws LokiUnavailable */
  checkLookBack(): Promise<string[]>;
};

/** No answer at all: whether Loki may have the lines depends on whether a byte of them can have left. */
const unanswered = (error: unknown): PushOutcome => {
  if (error instanceof SecretUnreadable) return { outcome: 'retry', why: error.message, answered: false };
  if (error instanceof TransportFailed) return { outcome: error.sent ? 'uncertain' : 'retry', why: `Loki: ${error.message}`, answered: false };
  throw error;
};

/** @throws RangeError when the address or the credentials are configured in a way that cannot work */
export const createLokiClient = (options: LokiClientOptions): LokiClient => {
  const { timeoutMs = 10_000, queryTimeoutMs = 30_000, pageLimit = 5000, clock } = options;
  const transport = createTransport(options);
  const small = { maxBytes: smallAnswerBytes, timeoutMs };

  const askRange: AskRange = ({ logql, fromNs, toNs, limit, direction }) => {
    const parameters = new URLSearchParams({ query: logql, start: fromNs, end: toNs, limit: String(limit), direction });
    return transport.ask(`/loki/api/v1/query_range?${parameters.toString()}`, { maxBytes: pageBytes, timeoutMs: queryTimeoutMs });
  };
  const configText = (): Promise<string> => transport.ask('/config', { maxBytes: configBytes, timeoutMs });
  const config = async (): Promise<LokiLimits> => readLimits(await configText());

  return {
    push: (payload) =>
      transport.post('/loki/api/v1/push', payload, small).then((reply) => classifyAnswer(reply, clock.nowMs()), unanswered),
    queryStream: (stream, fromNs, toNs) => queryStream({ askRange, stream, pageLimit }, { fromNs, toNs }),
    newestNs: async (stream, fromNs, toNs) => {
      const text = await askRange({ logql: stream, fromNs, toNs, limit: 1, direction: 'backward' });
      // It may belong to a stream with further labels: then it is too new, which only costs a look more.
      return readQueryAnswer(text, stream).at(-1)?.ns ?? null;
    },
    ready: () =>
      transport.get('/ready', small).then(
        (reply) => reply.status < 500,
        (error: unknown) => {
          if (error instanceof LokiUnavailable) return false;
          throw error;
        },
      ),
    streams: async (fromNs, toNs) => {
      const listed = `/loki/api/v1/series?${new URLSearchParams({ start: fromNs, end: toNs }).toString()}`;
      const limits = { maxBytes: pageBytes, timeoutMs: queryTimeoutMs };
      return distinct([...readSeries(await transport.ask(listed, limits)), ...readVector(await transport.ask(countQuery(fromNs, toNs), limits))]);
    },
    keptMs: async () => readKeptMs(await configText()),
    schemaFrom: async () => readSchemaFrom(await configText()),
    config,
    checkLookBack: async () => lookBackWarnings(await config()),
  };
};
