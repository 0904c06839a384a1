import { appendFileSync, copyFileSync, existsSync, readFileSync, renameSync, statSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFollowedFile } from './follow-file.ts';
import type { FollowedFile } from './follow-options.ts';
import { identityKey } from './test/log-folder.ts';

type Action =
  | { readonly do: 'append' | 'read'; readonly count: number }
  | { readonly do: 'appendPartial' | 'appendLate' | 'rotate' | 'copytruncate' | 'gzipSibling' | 'restart' | 'commit' | 'recreate' | 'wait' };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  ...(
    [
      ['appendPartial', 2],
      ['appendLate', 1],
      ['rotate', 2],
      ['copytruncate', 1],
      ['gzipSibling', 1],
      ['restart', 2],
      ['commit', 3],
      ['recreate', 1],
      ['wait', 1],
    ] as const
  ).map(([name, weight]) => ({ weight, arbitrary: fc.constant({ do: name }) })),
);

/** What was written, generation by generation, and whether it still lies in the folder somewhere. */
type Generation = { text: string; deleted: boolean; seen: boolean };

class World {
  readonly path: string;
  readonly generations: Generation[] = [{ text: '', deleted: false, seen: false }];
  readonly #clock: { nowMs: number };
  committedBytes = 0;
  committed: string;
  read = '';
  lostBytes = 0;
  #lines = 0;
  #source: FollowedFile;
  #latest: string;

  static async begin(folder: string): Promise<World> {
    const path = join(folder, 'access.log');
    writeFileSync(path, '');
    const clock = { nowMs: 0 };
    const world = new World(path, await openAt(path, null, () => clock.nowMs), clock);
    world.committed = world.#latest = (await world.#source.read(1)).position;
    return world;
  }

  constructor(path: string, source: FollowedFile, clock: { nowMs: number }) {
    this.#clock = clock;
    this.path = path;
    this.#source = source;
    this.committed = '';
    this.#latest = '';
  }

  get #current(): Generation {
    return this.generations.at(-1)!;
  }

  #line(): string {
    this.#lines += 1;
    return `line ${this.#lines} ${'.'.repeat((this.#lines * 37) % 90)}\n`;
  }

  #write(text: string): void {
    appendFileSync(this.path, text);
    this.#current.text += text;
  }

  // eslint-disable-next-line complexity -- one case for each action of the model
  async run(step: Action): Promise<void> {
    switch (step.do) {
      case 'append':
        for (let left = step.count; left > 0; left -= 1) this.#write(this.#line());
        return;
      case 'appendPartial':
        this.#write(`part ${(this.#lines += 1)} `);
        return;
      case 'appendLate': {
        const late = this.generations.at(-2);
        // The writer still holds the renamed file: only until it wrote to the new one.
        if (late === undefined || late.deleted || this.#current.text !== '' || !existsSync(`${this.path}.1`)) return;
        const line = this.#line();
        appendFileSync(`${this.path}.1`, line);
        late.text += line;
        return;
      }
      case 'rotate':
        this.#shift();
        renameSync(this.path, `${this.path}.1`);
        writeFileSync(this.path, '');
        this.generations.push({ text: '', deleted: false, seen: false });
        return;
      case 'copytruncate':
        if (this.#current.text === '') return;
        // Filled, copied and emptied between two looks leaves no trace in the file: the reader must have seen it once.
        while (!this.#current.seen) await this.#read(60);
        this.#shift();
        copyFileSync(this.path, `${this.path}.1`);
        truncateSync(this.path, 0);
        this.generations.push({ text: '', deleted: false, seen: false });
        return;
      case 'gzipSibling':
        this.#gzip();
        return;
      case 'recreate':
        this.#current.deleted = true;
        unlinkSync(this.path);
        writeFileSync(this.path, '');
        this.generations.push({ text: '', deleted: false, seen: false });
        return;
      case 'wait':
        this.#clock.nowMs += 60_000;
        return;
      case 'read':
        for (let left = step.count; left > 0; left -= 1) await this.#read(60);
        return;
      case 'commit':
        this.committed = this.#latest;
        this.committedBytes = this.read.length;
        return;
      case 'restart':
        await this.close();
        this.read = this.read.slice(0, this.committedBytes);
        this.#latest = this.committed;
        this.#source = await openAt(this.path, this.committed, () => this.#clock.nowMs);
    }
  }

  async finish(): Promise<void> {
    while ((await this.#read(60)) !== 'at_end');
    // Every file that was rotated away is let go of with its last, unfinished line.
    this.#write(this.#line());
    for (let turn = 0; turn < 3; turn += 1) {
      while ((await this.#read(60)) !== 'at_end');
      this.#clock.nowMs += 60_000;
    }
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  async #read(maxBytes: number): Promise<string> {
    const chunk = await this.#source.read(maxBytes);
    this.read += chunk.bytes.toString();
    this.#latest = chunk.position;
    for (const { bytes } of chunk.lost) this.lostBytes += bytes;
    if (chunk.state === 'at_end' && this.#current.text !== '') this.#current.seen = true;
    return chunk.state;
  }

  #names(): string[] {
    return Array.from({ length: 60 }, (_, index) => [`${this.path}.${60 - index}`, `${this.path}.${60 - index}.gz`]).flat();
  }

  #shift(): void {
    for (const name of this.#names().filter((existing) => existsSync(existing))) {
      renameSync(name, name.replace(/\.(\d+)(\.gz)?$/, (_, number: string, gz = '') => `.${Number(number) + 1}${gz}`));
    }
  }

  #gzip(): void {
    const name = this.#names().findLast((existing) => existsSync(existing) && !existing.endsWith('.gz'));
    // logrotate compresses when the writer has moved on.
    if (name === undefined || this.#current.text === '') return;
    const { atime, mtime } = statSync(name);
    writeFileSync(`${name}.gz`, gzipSync(readFileSync(name)));
    utimesSync(`${name}.gz`, atime, mtime);
    unlinkSync(name);
  }
}

function openAt(path: string, position: string | null, nowMs: () => number): Promise<FollowedFile> {
  return openFollowedFile({ input: 'main', path, position, startAt: 'beginning', identityKey, graceMs: 10_000, nowMs });
}

/** Every line of a generation as it has to come out: a last one without its end gets one. */
function linesOf({ text }: Generation): string[] {
  return text.split(/(?<=\n)/).map((line) => (line.endsWith('\n') ? line : `${line}\n`)).filter((line) => line !== '\n');
}

function check(world: World): void {
  const read = world.read.split(/(?<=\n)/).filter((line) => line !== '');
  const expected = world.generations.flatMap((generation) => linesOf(generation).map((line) => ({ line, deleted: generation.deleted })));
  expect(new Set(read).size).toBe(read.length);
  for (const generation of world.generations) {
    const own = new Set(linesOf(generation));
    const got = read.filter((line) => own.has(line));
    if (!generation.deleted) expect(got).toEqual(linesOf(generation));
    // Of a deleted file a part may be lost, but only its last one.
    else expect(linesOf(generation).slice(0, got.length).slice(0, -1)).toEqual(got.slice(0, -1));
  }
  const known = new Set(expected.map(({ line }) => line));
  if (!expected.some(({ deleted }) => deleted)) {
    expect(read.filter((line) => !known.has(line))).toEqual([]);
    expect(world.lostBytes).toBe(0);
  }
}

test('a model of writers, rotations and restarts: every line of a file that still exists comes exactly once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'tidewatch-model-'));
      const world = await World.begin(folder);
      try {
        for (const step of steps) await world.run(step);
        await world.finish();
        check(world);
      } finally {
        await world.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 150), interruptAfterTimeLimit: 50_000 },
  );
});
