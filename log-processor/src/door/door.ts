/** The second door: takes pushes in, hands them to the beat of the processor, and answers each when it is committed, or why it is not. */
import type { IncomingMessage } from 'node:http';
import type { Clock, Put } from '../record.ts';
import { admit } from './admit.ts';
import type { AdmitTools } from './admit.ts';
import type { Prepared } from './prepare.ts';
import { busySeconds, fullSeconds, later, PushRefused, taken } from './pushed.ts';
import type { Form, PushAnswer } from './pushed.ts';
import { readBody, SenderGone } from './read-body.ts';
import type { RememberedBatches } from './remembered-batches.ts';

export type DoorTools = Omit<AdmitTools, 'refusal'> & {
  readonly clock: Clock;
  readonly remembered: RememberedBatches;
  /** Unpacks and reads a body and takes the addresses out of it, in small steps. Null: it was taken before. @throws PushRefused */
  prepare(sender: string, body: Buffer, form: Form, isKnown: (batch: string) => boolean): Promise<Prepared | { readonly repeated: string }>;
  /** Counts the entries and hands them to the output, all within one commit. */
  apply(prepared: Prepared): Promise<void>;
  /** Why nothing can be taken now; null while it can. */
  refusal(): string | null;
  /** Something is ready to be taken. */
  arrived(): void;
};

type Job = { readonly sender: string; readonly body: Buffer; readonly form: Form; readonly gone: () => boolean; readonly answer: (answer: PushAnswer) => void };
type Ready = Job & { readonly prepared: Prepared; readonly others: ((answer: PushAnswer) => void)[] };

/** Senders give up after ten seconds; what is answered 503 before that and taken all the same is known when it comes again. */
const patienceMs = 8_000;
/** Prepared pushes that wait for the processor; more would only hold memory. */
const mostReady = 4;

export class Door {
  readonly open = true;
  readonly #tools: DoorTools;
  readonly #waiting: Job[] = [];
  #ready: Ready[] = [];
  /** In no commit yet, and in the commit under way. */
  #taken: Ready[] = [];
  #underWay: Ready[] = [];
  readonly #inHand = new Map<string, Ready>();
  #preparing = false;
  #closed = false;

  constructor(tools: DoorTools) {
    this.#tools = tools;
  }

  /** The answer to one request; null where the sender has left. */
  async receive(request: IncomingMessage): Promise<PushAnswer | null> {
    const admitted = admit(request, { ...this.#tools, refusal: () => this.#refusal() });
    if ('status' in admitted) return admitted;
    const { sender, form, room } = admitted;
    try {
      const body = await readBody(request, this.#tools.mostBodyBytes);
      const { promise, resolve } = Promise.withResolvers<PushAnswer>();
      this.#waiting.push({ sender, body, form, gone: () => request.socket.destroyed, answer: resolve });
      void promise.finally(() => room.free());
      void this.#prepareAll();
      return await this.#inTime(promise);
    } catch (error) {
      room.free();
      if (error instanceof PushRefused) return error.answer;
      if (error instanceof SenderGone) return null;
      throw error;
    }
  }

  #refusal(): PushAnswer | null {
    if (this.#closed) return later('the processor ends', busySeconds);
    const why = this.#tools.refusal();
    return why === null ? null : later(why, fullSeconds);
  }

  async #inTime(answer: Promise<PushAnswer>): Promise<PushAnswer> {
    const answered = new AbortController();
    const late = this.#tools.clock.sleep(patienceMs, answered.signal).then(() => later('not committed yet', busySeconds));
    late.catch(() => undefined); // cut short because the answer is there
    const first = await Promise.race([answer, late]);
    answered.abort();
    return first;
  }

  /** One push at a time, so that the memory of unpacking is needed once. */
  async #prepareAll(): Promise<void> {
    if (this.#preparing) return;
    this.#preparing = true;
    try {
      for (let job = this.#next(); job !== undefined; job = this.#next()) await this.#prepareOne(job);
    } finally {
      this.#preparing = false;
    }
  }

  #next(): Job | undefined {
    return this.#ready.length < mostReady ? this.#waiting.shift() : undefined;
  }

  async #prepareOne(job: Job): Promise<void> {
    const refusal = this.#refusal();
    if (refusal !== null || job.gone()) {
      job.answer(refusal ?? later('the sender left', busySeconds));
      return;
    }
    try {
      const prepared = await this.#tools.prepare(job.sender, job.body, job.form, (batch) => this.#tools.remembered.has(batch) || this.#inHand.has(batch));
      if ('repeated' in prepared) this.#answerRepeated(job, prepared.repeated);
      else this.#isReady({ ...job, prepared, others: [] });
    } catch (error) {
      job.answer(error instanceof PushRefused ? error.answer : later('it could not be read now', fullSeconds));
      if (!(error instanceof PushRefused)) throw error;
    }
  }

  /** What is on its way to the disk is answered with it. */
  #answerRepeated(job: Job, batch: string): void {
    const first = this.#inHand.get(batch);
    if (first === undefined) job.answer(taken);
    else first.others.push(job.answer);
  }

  #isReady(ready: Ready): void {
    this.#inHand.set(ready.prepared.batch, ready);
    this.#ready.push(ready);
    this.#tools.arrived();
  }

  /** True while a push waits to be taken, or a taken one for its commit. */
  get pending(): boolean {
    return this.#ready.length > 0 || this.#taken.length > 0;
  }

  /** Takes what is ready; all of it goes into the next commit. @returns whether anything was taken */
  async take(): Promise<boolean> {
    const ready = this.#ready.splice(0);
    for (const one of ready) {
      const refusal = this.#refusal();
      if (refusal !== null) {
        this.#end(one, refusal);
        continue;
      }
      await this.#tools.apply(one.prepared);
      this.#taken.push(one);
    }
    void this.#prepareAll();
    return this.#taken.length > 0;
  }

  /** The commit begins: what was taken up to now is in it. */
  cut(): Put[] {
    this.#underWay.push(...this.#taken.splice(0));
    return this.#tools.remembered.remember(this.#underWay.map(({ prepared }) => prepared.batch), this.#tools.clock.nowMs());
  }

  /** The commit is durable. */
  settled(): void {
    for (const one of this.#underWay.splice(0)) this.#end(one, taken);
  }

  #end(ready: Ready, answer: PushAnswer): void {
    this.#inHand.delete(ready.prepared.batch);
    for (const tell of [ready.answer, ...ready.others]) tell(answer);
  }

  /** Takes nothing more; what is not taken yet is to be sent again. */
  close(): void {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.answer(later('the processor ends', busySeconds));
    for (const one of this.#ready.splice(0)) this.#end(one, later('the processor ends', busySeconds));
  }
}
