/** What whoever reads a history hands in, and what the reading carries through all its parts. */
import type { AccountEvent } from '../account/account-options.ts';
import type { ClosedVisit } from '../account/closed-visit.ts';
import type { Rooms } from '../assemble.ts';
import type { Config } from '../config-schema.ts';
import type { KeyLife } from '../keys/key-life.ts';
import type { DropReason, PublicRequest } from '../record.ts';
import type { OpeningHistory } from './open-history.ts';

export type HistoryOptions = Pick<OpeningHistory, 'files' | 'input' | 'site' | 'watch'> & {
  readonly config: Config;
  /** L of the watermark; Infinity reads everything before anything closes. */
  readonly graceMs: number;
  /** A public line, and whether the output refused it. It is one object that the next line fills anew. */
  readonly line: (request: PublicRequest) => DropReason | null;
  readonly dropped: (reason: DropReason, timeMs: number | null) => void;
  readonly closed: (visit: ClosedVisit) => void;
  readonly event: (event: AccountEvent, rooms: Rooms) => void;
  /** After every read: bytes left on disk. May wait. */
  readonly step: (left: number, rooms: Rooms) => Promise<void> | void;
  readonly lost: (bytes: number) => void;
};

export type HistoryInHand = { readonly options: HistoryOptions; readonly rooms: Rooms; readonly keyLife: KeyLife; readonly counts: { behind: number } };
