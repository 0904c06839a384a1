/** Keeps the unread part of a stream that comes in pieces, addressed by its offset in the stream. */
export class ByteQueue {
  #pieces: Buffer[] = [];
  #start = 0;
  #end = 0;

  /** Offset of the first byte that is still here. */
  get start(): number {
    return this.#start;
  }

  /** Offset after the last byte. */
  get end(): number {
    return this.#end;
  }

  push(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#end += piece.length;
  }

  /** Lets go of pieces that end before the offset. */
  dropBefore(offset: number): void {
    let dropped = 0;
    for (const piece of this.#pieces) {
      if (this.#start + piece.length > offset) break;
      this.#start += piece.length;
      dropped += 1;
    }
    if (dropped > 0) this.#pieces.splice(0, dropped);
  }

  /** Copies from the offset `at` on; answers how many bytes. */
  copy(into: Buffer, at: number): number {
    let offset = this.#start;
    let copied = 0;
    for (const piece of this.#pieces) {
      if (copied === into.length) break;
      const skip = Math.max(0, at + copied - offset);
      if (skip < piece.length) copied += piece.copy(into, copied, skip);
      offset += piece.length;
    }
    return copied;
  }
}
