/** What the readers ask of anything that holds bytes, and the plain file that answers it. */
import type { FileHandle } from 'node:fs/promises';

export type Bytes = {
  /**
   * Copies from the input offset `at` on and answers how many bytes: fewer than `into` holds only where there are no more now.
   * What lies before the `at` of the newest call may be let go of by inputs that cannot go back.
   */
  readAt(into: Buffer, at: number): Promise<number>;
  /** Bytes of the file behind the place where damage was noticed (compressed bytes, at least 1); 0 where there was none. */
  unreadableBytes(): number;
  close(): Promise<void>;
};

/** A plain file, open. */
export function plainBytes(handle: FileHandle): Bytes {
  return {
    readAt: async (into, at) => {
      let filled = 0;
      while (filled < into.length) {
        const { bytesRead } = await handle.read(into, filled, into.length - filled, at + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    unreadableBytes: () => 0,
    close: () => handle.close(),
  };
}
