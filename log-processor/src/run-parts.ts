/** What a running processor is put together from. */
import type { KeyObject } from 'node:crypto';
import type { Rooms } from './assemble.ts';
import type { Committed } from './committed.ts';
import type { Done } from './committer.ts';
import type { Config } from './config-schema.ts';
import type { KeyLife } from './keys/key-life.ts';
import type { Delivery } from './loki/deliver.ts';
import type { Logger } from './logger.ts';
import type { OpenedSources } from './open-sources.ts';
import type { Output } from './output.ts';
import type { ProcessorTools } from './processor-tools.ts';
import type { Clock, LostReason, Put } from './record.ts';
import type { Store } from './store/store.ts';

/** What the second door needs of the house. */
export type DoorParts = { readonly identityKey: KeyObject; readonly logger: Pick<Logger, 'often'> };

export type RunParts = {
  readonly config: Config;
  readonly rooms: Rooms;
  readonly store: Store;
  readonly keyLife: KeyLife;
  readonly output: Output;
  readonly sources: OpenedSources;
  readonly clock: Clock;
  /** What the second door needs; without it nobody may push. */
  readonly door?: DoorParts;
  /** Null where the commit itself delivers. */
  readonly openDelivery: ((acknowledge: (done: Done) => Promise<void>, failed: (error: unknown) => void) => Delivery) | null;
  /** What the start found out about doubt, for the first commit: see delivery-doubt.ts. */
  readonly doubt: readonly Put[];
  /** Called every few seconds, also while nothing is read; must return at once. */
  readonly beat?: () => void;
  /** What is shown of a commit once it is durable. */
  readonly committed?: Pick<Committed<unknown>, 'take' | 'settle'>;
  readonly witness: (head: number) => void;
  /** Says that something is waited for; null when it is not any more. */
  readonly waiting: (what: 'state' | 'keys', reason: string | null) => void;
  /** Bytes of an input were lost before they became lines; they are counted already. */
  readonly lost?: (input: string, reason: LostReason, bytes: number) => void;
  readonly observeCommit: (seconds: number) => void;
  /** True where the inputs are finished files: at their end every visit and day is closed. A pipe that ends may go on in the next run. */
  readonly finishes: boolean;
  /** Raw logs were deleted, or could not be. */
  readonly rawLogsDeleted?: (input: string, files: number, trouble: string | null) => void;
  readonly refused: (kind: 'visit' | 'day') => void;
  readonly options: ProcessorTools['options'];
};
