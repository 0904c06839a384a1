/** Takes a prepared push into the next commit: text lines go to the output, access lines take the road of tailed ones, and every entry is counted once. */
import { accessInput } from './access-input.ts';
import type { SenderConfig } from './config-senders.ts';
import type { Prepared, PreparedAccess, PreparedText } from './door/prepare.ts';
import type { InputInHand } from './intake.ts';
import { graceAheadMs } from './pipeline.ts';
import type { ProcessorTools } from './processor-tools.ts';
import type { DropReason, Put } from './record.ts';
import type { RunParts } from './run-parts.ts';

export type ApplyTools = {
  readonly take: ProcessorTools['take'];
  /** Acts on what the account says has happened. */
  readonly events: (nowMs: number) => void;
};

/** The senders as inputs: how many entries each had, and what becomes of the next ones. */
export class PushedInputs {
  readonly #inputs: ReadonlyMap<string, PushedInput>;

  constructor(parts: RunParts, tools: ApplyTools) {
    const numbers = new Map(parts.store.scan('line/'));
    this.#inputs = new Map(parts.config.senders.map((sender) => [sender.name, new PushedInput(parts, sender, { ...tools, number: Number(numbers.get(`line/${sender.name}`) ?? 0) })]));
  }

  /** Everything of one push is in one commit: nothing between its first and its last line begins one. */
  async apply({ sender, streams }: Prepared): Promise<void> {
    const input = this.#inputs.get(sender);
    if (input === undefined) throw new Error(`nobody configured the sender ${sender}`);
    for (const stream of streams) {
      if (stream.kind === 'text') input.takeText(stream);
      else await input.takeAccess(stream);
    }
  }

  /** The numbers that changed since the last call. */
  takeChanges(): Put[] {
    return [...this.#inputs].flatMap(([name, input]): Put[] => (input.takeChange() ? [[`line/${name}`, String(input.number)]] : []));
  }
}

class PushedInput {
  readonly #parts: RunParts;
  readonly #sender: SenderConfig;
  readonly #name: string;
  readonly #tools: ApplyTools;
  /** One per way of writing access lines; all count on in one number. */
  readonly #access = new Map<number | null, InputInHand>();
  /** Entries taken over the whole life of the sender. */
  number: number;
  #joined = false;

  #saved: number;

  constructor(parts: RunParts, sender: SenderConfig, tools: ApplyTools & { readonly number: number }) {
    [this.#parts, this.#sender, this.#name, this.#tools] = [parts, sender, sender.name, tools];
    this.number = this.#saved = tools.number;
    // A sender of access lines holds the watermark; one that never sent any must not.
    if (parts.rooms.account.watermark.knows(sender.name)) this.#join(parts.clock.nowMs());
  }

  takeChange(): boolean {
    const changed = this.number !== this.#saved;
    this.#saved = this.number;
    return changed;
  }

  #join(nowMs: number): void {
    if (!this.#joined) this.#parts.rooms.account.sourceJoined(this.#name, 'sender', nowMs);
    this.#joined = true;
  }

  takeText({ stream, lines, scrubbed }: PreparedText): void {
    const { rooms, output, clock } = this.#parts;
    const nowMs = clock.nowMs();
    for (const line of lines) {
      this.number += 1;
      rooms.ledger.read(this.#name);
      const reason = typeof line === 'string' ? line : line.timeMs > nowMs + graceAheadMs ? 'too_new' : output.addText(stream, line, this.number, nowMs);
      if (reason !== null) rooms.ledger.dropped(this.#name, reason);
    }
    for (const [pattern, times] of scrubbed) rooms.tallies.counter('logproc_scrubbed_total', [pattern]).add(times);
  }

  async takeAccess({ rule, lines, poison }: PreparedAccess): Promise<void> {
    const { clock } = this.#parts;
    const nowMs = clock.nowMs();
    this.#join(nowMs);
    const input = this.#inputOf(rule);
    input.lineNumber = this.number;
    const bytes = Buffer.from(lines.map((line) => `${line.replaceAll('\n', ' ')}\n`).join(''));
    await this.#tools.take(input, { input: this.#name, bytes, position: '', state: 'more', lost: [] }, nowMs);
    this.number = input.lineNumber;
    for (const reason of poison) this.#dropAccess(reason);
    this.#tools.events(nowMs);
  }

  #dropAccess(reason: DropReason): void {
    const { rooms } = this.#parts;
    this.number += 1;
    rooms.ledger.read(this.#name);
    rooms.ledger.dropped(this.#name, reason);
    rooms.account.dropped(null, null, reason);
  }

  #inputOf(rule: number | null): InputInHand {
    let input = this.#access.get(rule);
    if (input === undefined) {
      const { format, site } = (rule === null ? undefined : this.#sender.streams[rule]) ?? { format: 'json' as const, site: undefined };
      this.#access.set(rule, (input = accessInput(this.#name, { format, site }, this.#parts.rooms.sites)));
    }
    return input;
  }
}
