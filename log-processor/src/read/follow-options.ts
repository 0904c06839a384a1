/** What is said to follow a path, and what following it answers. */
import type { KeyObject } from 'node:crypto';
import type { Listed } from './list-folder.ts';
import type { Source } from './source.ts';

export type FollowOptions = {
  readonly input: string;
  readonly path: string;
  /** As a chunk of this input carried it; null at the first start. */
  readonly position: string | null;
  /** Where the first start begins in a file that is there already. */
  readonly startAt: 'end' | 'beginning';
  /** Key of the fingerprints in positions. */
  readonly identityKey: KeyObject;
  /** Limit for one line without its `\n`; default 262,144. */
  readonly maxLineBytes?: number;
  /** How long a file that was rotated away is watched for late writes after the last one; default 10,000. */
  readonly graceMs?: number;
  /** Milliseconds since 1970; default the system's clock. */
  readonly nowMs?: () => number;
};

/** A source that also says what keeps it from reading. */
export type FollowedFile = Source & {
  readonly path: string;
  /** Names the path and what was expected; null while all is well. Never holds a byte of a line. */
  problem(): string | null;
  /** True while this very file is open here, under whatever name. */
  holds(file: Listed): boolean;
};
