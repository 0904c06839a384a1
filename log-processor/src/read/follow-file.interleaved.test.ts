/**
 * What a writer and a logrotate do between any two system calls of the reader: each line comes once, and all come in the order written.
 * The schedule is a list of numbers, so that a failure can be repeated and shrunk; nothing hangs on real time.
 */
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, statSync, truncateSync, unlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { parsePosition } from './followed-position.ts';
import { openFollowedFile } from './follow-file.ts';
import type { FollowedFile } from './follow-options.ts';
import { identityKey } from './test/log-folder.ts';

/** Called before and after every system call of the reader. */
const world = vi.hoisted(() => ({ between: (): void => undefined }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof promises>();
  const interrupted =
    <Arguments extends unknown[], Result>(call: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      world.between();
      const result = await call(...given);
      world.between();
      return result;
    };
  const open = async (...given: Parameters<typeof real.open>): Promise<promises.FileHandle> => {
    const handle = await interrupted(real.open)(...given);
    const interruptedHandle: unknown = new Proxy(handle, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const method = (...args: unknown[]): Promise<unknown> => Reflect.apply(value, target, args) as Promise<unknown>;
        return name === 'read' || name === 'stat' ? interrupted(method) : method;
      },
    });
    return interruptedHandle as promises.FileHandle;
  };
  return {
    ...real,
    open,
    stat: interrupted(real.stat as (path: string, options: object) => Promise<unknown>),
    readdir: interrupted(real.readdir as (path: string) => Promise<unknown>),
    realpath: interrupted(real.realpath as (path: string) => Promise<unknown>),
  };
});

type Rotation = 'rename' | 'create' | 'compress' | 'copytruncate';
const rotations = ['rename', 'rename', 'create', 'compress', 'copytruncate'] as const satisfies readonly Rotation[];
const oldest = 80;

/** A writer like one nginx worker, and a logrotate that shares its folder; each step is one system call of theirs. */
class Writer {
  readonly path: string;
  readonly lines: string[] = [];
  /** Milliseconds since 1970. */
  nowMs = 1_000_000;
  /** True where a copy may be taken: a file that was filled and emptied between two looks leaves no trace. */
  readonly #isKnown: () => boolean;
  #file: number;
  #open = '';
  /** Steps of a rotation that are still to be done. */
  #steps: (() => void)[] = [];
  #written = 0;
  readonly #held: number[] = [];

  constructor(path: string, isKnown: () => boolean) {
    this.path = path;
    this.#isKnown = isKnown;
    this.#file = openSync(path, 'a');
  }

  /** One step; the number says which. */
  step(choice: number): void {
    const kind = choice % 10;
    if (kind < 4) this.#line(choice);
    else if (kind === 4) this.#half(choice);
    else if (kind === 5) this.nowMs += 4_000 * (1 + (choice % 5));
    else if (this.#steps.length > 0) this.#steps.shift()?.();
    else if (kind > 6) this.#rotate(rotations[choice % rotations.length] ?? 'rename');
  }

  /** Ends what has begun. */
  rest(): void {
    while (this.#steps.length > 0) this.#steps.shift()?.();
    this.#line(0);
  }

  close(): void {
    for (const file of [this.#file, ...this.#held]) closeSync(file);
  }

  #put(text: string): void {
    writeSync(this.#file, text);
    this.#written += text.length;
  }

  #line(choice: number): void {
    if (this.#copying) return;
    const text = this.#open === '' ? `line ${this.lines.length} ${'.'.repeat((choice * 37) % 90)}` : ' end';
    this.#put(`${text}\n`);
    this.lines.push(`${this.#open}${text}\n`);
    this.#open = '';
  }

  #half(choice: number): void {
    if (this.#copying || this.#open !== '' || this.#reopening) return;
    this.#open = `line ${this.lines.length} half ${'.'.repeat(choice % 50)}`;
    this.#put(this.#open);
  }

  /** Between the copy and the truncation lines are lost: nothing is written then. */
  #copying = false;
  /** nginx opens the new file between two lines. */
  #reopening = false;

  #rotate(rotation: Rotation): void {
    if (rotation === 'copytruncate') {
      if (this.#written === 0 || !this.#isKnown()) return;
      this.#steps = [() => (this.#copying = true), ...this.#shift(), ...this.#copy()];
      return;
    }
    this.#steps = [...this.#shift(), () => renameSync(this.path, `${this.path}.1`)];
    if (rotation === 'create') this.#steps.push(() => writeFileSync(this.path, '', { flag: 'a' }));
    this.#steps.push(() => this.#reopen());
    if (rotation === 'compress') this.#steps.push(...this.#compress());
  }

  #shift(): (() => void)[] {
    return Array.from({ length: oldest }, (_, index) => oldest - index).flatMap((age) =>
      ['', '.gz'].flatMap((ending) => {
        const from = `${this.path}.${age}${ending}`;
        return existsSync(from) ? [() => renameSync(from, `${this.path}.${age + 1}${ending}`)] : [];
      }),
    );
  }

  #reopen(): void {
    if (this.#open !== '') this.#line(0);
    closeSync(this.#file);
    this.#file = openSync(this.path, 'a');
    this.#written = 0;
  }

  #copy(): (() => void)[] {
    const copy = `${this.path}.1`;
    return [
      () => writeFileSync(copy, readFileSync(this.path).subarray(0, 20)),
      () => copyFileSync(this.path, copy),
      () => {
        // What waits for its end is cut in two by copytruncate: one of the losses it is known for.
        if (this.#open !== '' || !this.#isKnown()) {
          unlinkSync(copy);
          return;
        }
        truncateSync(this.path, 0);
        this.#written = 0;
      },
      () => (this.#copying = false),
    ];
  }

  #compress(): (() => void)[] {
    const plain = `${this.path}.1`;
    return [
      // Held open, so that no new file gets its inode: that the same number means another file has tests of its own (R10).
      () => this.#held.push(openSync(plain, 'r')),
      () => writeFileSync(`${plain}.gz`, gzipSync(readFileSync(plain)).subarray(0, 12)),
      () => writeFileSync(`${plain}.gz`, gzipSync(readFileSync(plain))),
      () => {
        const { atime, mtime } = statSync(plain);
        utimesSync(`${plain}.gz`, atime, mtime);
      },
      () => unlinkSync(plain),
    ];
  }
}

class Run {
  readonly writer: Writer;
  readonly #schedule: readonly number[];
  #next = 0;
  #source: FollowedFile | null = null;
  #latest = '';
  #committed = '';
  #read = '';
  #committedBytes = 0;
  lostBytes = 0;

  constructor(path: string, schedule: readonly number[]) {
    this.#schedule = schedule;
    this.writer = new Writer(path, () => this.#knows(path));
  }

  async go(): Promise<string> {
    await this.#open(null);
    this.#latest = this.#committed = (await this.#chunk(1)).position;
    // Only now: what is rotated before the first start has ended is none of its business.
    world.between = () => this.#between();
    while (this.#next < this.#schedule.length) await this.#turn(this.#take());
    world.between = () => undefined;
    this.writer.rest();
    for (let turn = 0; turn < 4; turn += 1) {
      while ((await this.#chunk(400)).state !== 'at_end');
      this.writer.nowMs += 60_000;
    }
    return this.#read;
  }

  async end(): Promise<void> {
    world.between = () => undefined;
    this.writer.close();
    await this.#source?.close();
  }

  #take(): number {
    const number = this.#schedule[this.#next] ?? 0;
    this.#next += 1;
    return number;
  }

  /** Mostly nothing happens between two system calls; sometimes much. */
  #between(): void {
    if (this.#next >= this.#schedule.length) return;
    const busy = this.#take();
    if (busy % 4 !== 0) return;
    for (let steps = (busy >> 2) % 8; steps > 0; steps -= 1) this.writer.step(this.#take());
  }

  async #turn(choice: number): Promise<void> {
    if (choice % 8 === 0) {
      this.#committed = this.#latest;
      this.#committedBytes = this.#read.length;
    } else if (choice % 8 === 1) {
      for (let steps = choice % 40; steps > 0; steps -= 1) this.writer.step(this.#take());
      await this.#open(this.#committed);
    } else {
      await this.#chunk(40 + (choice % 7) * 100);
    }
  }

  async #open(position: string | null): Promise<void> {
    await this.#source?.close();
    this.#read = this.#read.slice(0, this.#committedBytes);
    this.#latest = this.#committed;
    this.#source = await openFollowedFile({ input: 'main', path: this.writer.path, position, startAt: 'beginning', identityKey, nowMs: () => this.writer.nowMs });
  }

  async #chunk(maxBytes: number): Promise<{ position: string; state: string }> {
    if (this.#source === null) throw new Error('nothing is open');
    const { bytes, position, lost, state } = await this.#source.read(maxBytes);
    this.#read += bytes.toString();
    this.#latest = position;
    for (const { bytes: count } of lost) this.lostBytes += count;
    return { position, state };
  }

  /** Both the reader and what a restart goes back to have seen a byte of the newest file. */
  #knows(path: string): boolean {
    const inode = String(statSync(path).ino);
    return [this.#latest, this.#committed].every((position) => {
      const last = position === '' ? undefined : parsePosition('main', position).at(-1);
      return last !== undefined && last.inode === inode && last.head.bytes > 0 && !last.done;
    });
  }
}

const schedule = fc.array(fc.nat({ max: 9_999 }), { minLength: 20, maxLength: 600, size: 'max' });

test('whatever is written, renamed, copied or compressed between two system calls, and wherever it starts again: each line comes once, in the order written', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (numbers) => {
      const folder = mkdtempSync(join(tmpdir(), 'tidewatch-interleaved-'));
      const run = new Run(join(folder, 'access.log'), numbers);
      try {
        const read = await run.go();
        expect(read).toBe(run.writer.lines.join(''));
        expect(run.lostBytes).toBe(0);
      } finally {
        await run.end();
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 150), interruptAfterTimeLimit: Number(process.env['MODEL_MS'] ?? 50_000) },
  );
});
