/** What the beat of the processor asks of the second door. */

export type PushDoor = {
  /** False where nobody may push. */
  readonly open: boolean;
  /** A push waits to be taken, or for its commit. */
  readonly pending: boolean;
  /** Takes what waits, or tells why not. @returns whether a push waits for the next commit */
  take(): Promise<boolean>;
  close(): void;
};

/** Nobody may push. */
export const closedDoor: PushDoor = { open: false, pending: false, take: () => Promise.resolve(false), close: () => undefined };
