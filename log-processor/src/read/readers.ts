/** Takes turns among many sources, so that a busy one starves no other. */
import type { Chunk, Source } from './source.ts';

export type Readers = {
  /** Joins the round; a finished source leaves it by itself. */
  add(source: Source): void;
  /** The next chunk that holds or reports something, or whose source is finished; null after a whole round with nothing. */
  next(maxBytes: number): Promise<Chunk | null>;
  readonly size: number;
  lagBytes(): number;
  close(): Promise<void>;
};

/** A chunk's bytes stay valid until the next call of `next`. */
export function openReaders(initial: readonly Source[]): Readers {
  const round = [...initial];
  let turn = 0;
  const take = async (maxBytes: number): Promise<Chunk | null> => {
    turn %= round.length;
    const source = round[turn];
    if (source === undefined) return null;
    const chunk = await source.read(maxBytes);
    if (chunk.state === 'finished') {
      round.splice(turn, 1);
      await source.close();
      return chunk;
    }
    turn += 1;
    return chunk.bytes.length > 0 || chunk.lost.length > 0 ? chunk : null;
  };
  return {
    add: (source) => void round.push(source),
    next: async (maxBytes) => {
      for (let left = round.length; left > 0; left -= 1) {
        const chunk = await take(maxBytes);
        if (chunk !== null) return chunk;
      }
      return null;
    },
    get size() {
      return round.length;
    },
    lagBytes: () => round.reduce((sum, source) => sum + source.lagBytes(), 0),
    close: async () => {
      for (const source of round.splice(0)) await source.close();
    },
  };
}
