/** How much of pushes may be held at once, over all connections: room is asked for before a byte is read, so that many greedy senders cost no more than one. */

export type Room = {
  /** Gives the room back; again does nothing. */
  free(): void;
};

export class BodyPool {
  readonly #mostBytes: number;
  readonly #mostRequests: number;
  #bytes = 0;
  #requests = 0;

  constructor(mostBytes: number, mostRequests: number) {
    this.#mostBytes = mostBytes;
    this.#mostRequests = mostRequests;
  }

  /** @returns null when there is no room now */
  reserve(bytes: number): Room | null {
    if (this.#requests >= this.#mostRequests || this.#bytes + bytes > this.#mostBytes) return null;
    this.#bytes += bytes;
    this.#requests += 1;
    let held = true;
    return {
      free: () => {
        if (!held) return;
        held = false;
        this.#bytes -= bytes;
        this.#requests -= 1;
      },
    };
  }
}
