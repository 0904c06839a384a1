import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { readdirSync, readlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFollowedFile } from './follow-file.ts';
import type { FollowedFile, FollowOptions } from './follow-options.ts';
import { PositionRefused } from './position-refused.ts';
import { drain, identityKey, logFolder, nextChunk } from './test/log-folder.ts';

async function follow(path: string, options: Partial<FollowOptions> = {}): Promise<FollowedFile> {
  const source = await openFollowedFile({ input: 'main', path, position: null, startAt: 'beginning', identityKey, ...options });
  onTestFinished(() => source.close());
  return source;
}

/** Stops a follower, lets something happen to the files, and starts a new one from the old one's position. */
async function restartAround(path: string, first: string, meanwhile: () => void, options: Partial<FollowOptions> = {}) {
  writeFileSync(path, first);
  const before = await follow(path, options);
  const { position, text } = await drain(before);
  await before.close();
  meanwhile();
  const after = await follow(path, { ...options, position });
  return { before: text, after: await drain(after), source: after };
}

function gzipLikeLogrotate(path: string): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
  utimesSync(`${path}.gz`, atime, mtime);
  unlinkSync(path);
}

function openFilesIn(folder: string): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch (error) {
        return String(error);
      }
    })
    .filter((target) => target.startsWith(folder));
}

/** Runs as nobody, so that permissions hold for a test that runs as root. */
async function unprivileged<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

describe('the first start', () => {
  test('at the beginning reads everything, at the end only what comes', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\n');
    const all = await follow(path);
    const end = await follow(path, { startAt: 'end' });
    expect((await drain(all)).text).toBe('one\ntwo\n');
    expect((await drain(end)).text).toBe('');
    appendFileSync(path, 'three\n');
    expect((await drain(all)).text).toBe('three\n');
    expect((await drain(end)).text).toBe('three\n');
  });

  test('at the end inside a line gives that line whole', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\ntw');
    const source = await follow(path, { startAt: 'end' });
    appendFileSync(path, 'o\n');
    expect((await drain(source)).text).toBe('two\n');
  });

  test('at the end inside an endless line skips the rest of it', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, `one\n${'x'.repeat(50)}`);
    const source = await follow(path, { startAt: 'end', maxLineBytes: 10 });
    appendFileSync(path, 'yyy\nnext\n');
    expect((await drain(source)).text).toBe('next\n');
  });

  test('waits for a path that is not there, says so, and reads it from its first byte', async () => {
    const path = join(logFolder(), 'access.log');
    const source = await follow(path, { startAt: 'end' });
    expect((await drain(source)).text).toBe('');
    expect(source.problem()).toContain(path);
    writeFileSync(path, 'one\n');
    expect((await drain(source)).text).toBe('one\n');
    expect(source.problem()).toBeNull();
  });

  test('leaves files alone that were rotated before it', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(`${path}.2`, 'older\n');
    writeFileSync(`${path}.1`, 'old\nwithout end');
    const source = await follow(path);
    expect((await drain(source)).text).toBe('');
    writeFileSync(path, 'new\n');
    expect((await drain(source)).text).toBe('new\n');
  });
});

describe('rename rotation', () => {
  test('reads what the writer still puts into the renamed file until it reopens (R01)', async () => {
    const path = join(logFolder(), 'access.log');
    const worker = openSync(path, 'a');
    const slowWorker = openSync(path, 'a');
    let nowMs = 0;
    const source = await follow(path, { nowMs: () => nowMs, graceMs: 1000 });
    writeSync(worker, 'a\n');
    expect((await drain(source)).text).toBe('a\n');
    renameSync(path, `${path}.1`);
    writeSync(worker, 'b\n');
    expect((await drain(source)).text).toBe('b\n');
    nowMs += 60_000;
    writeSync(worker, 'c\n');
    expect((await drain(source)).text).toBe('c\n');
    closeSync(worker);
    const reopened = openSync(path, 'a');
    expect((await drain(source)).text).toBe('');
    nowMs += 60_000;
    writeSync(slowWorker, 'd\n');
    expect((await drain(source)).text).toBe('d\n');
    writeSync(reopened, 'e\n');
    writeSync(slowWorker, 'late\n');
    expect((await drain(source)).text).toBe('late\ne\n');
    nowMs += 999;
    writeSync(slowWorker, 'last\nunfinished');
    expect((await drain(source)).text).toBe('last\n');
    nowMs += 1000;
    expect((await drain(source)).text).toBe('unfinished\n');
    closeSync(slowWorker);
    expect(openFilesIn(`${path}.1`)).toEqual([]);
    closeSync(reopened);
  });

  test('loses no line in 50 rotations while the reader is slow (R02)', async () => {
    const path = join(logFolder(), 'access.log');
    const source = await follow(path);
    const written: string[] = [];
    let read = '';
    for (let round = 0; round < 50; round += 1) {
      const lines = Array.from({ length: 20 }, (_, line) => `round ${round} line ${line}\n`);
      written.push(...lines);
      appendFileSync(path, lines.join(''));
      if (round % 7 === 3) read += (await nextChunk(source, 100)).bytes.toString();
      for (let number = round; number >= 1; number -= 1) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
      renameSync(path, `${path}.1`);
    }
    writeFileSync(path, 'end\n');
    read += (await drain(source)).text;
    expect(read).toBe(`${written.join('')}end\n`);
    expect(openFilesIn(path).length).toBeLessThan(4);
  });

  test('gives out what was put into the renamed file before the new one was opened before the lines of the new one', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\n');
    let late = '';
    // The clock is asked when a new file is found: then, and not when the old one was looked at, the old one has grown.
    const nowMs = (): number => {
      if (late !== '') appendFileSync(`${path}.1`, late);
      late = '';
      return 1000;
    };
    const source = await follow(path, { nowMs });
    await drain(source);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'three\n');
    late = 'two\n';
    expect((await drain(source)).text).toBe('two\nthree\n');
  });

  test('is not at its end while files that it never saw lie rotated and the path is not there yet', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\n');
    const source = await follow(path);
    await drain(source);
    renameSync(path, `${path}.2`);
    writeFileSync(path, 'two\n');
    renameSync(path, `${path}.1`);
    // nginx has not reopened its logs: the first answer that says "at the end" must come after the second file.
    expect(await drain(source)).toMatchObject({ text: 'two\n', state: 'at_end' });
    writeFileSync(path, 'three\n');
    expect(await drain(source)).toMatchObject({ text: 'three\n', state: 'at_end' });
  });

  test('reads dated files in their order', async () => {
    const path = join(logFolder(), 'access.log');
    const { after } = await restartAround(path, 'one\n', () => {
      renameSync(path, `${path}-20260101`);
      writeFileSync(`${path}-20260102`, 'two\n');
      writeFileSync(`${path}-20260103`, 'three\n');
      writeFileSync(path, 'four\n');
    });
    expect(after.text).toBe('two\nthree\nfour\n');
  });

  test('while down with a larger new file finishes the old one and reads the new one from 0 (R03)', async () => {
    const path = join(logFolder(), 'access.log');
    const { after } = await restartAround(path, 'one\n', () => {
      appendFileSync(path, 'rest\n');
      renameSync(path, `${path}.1`);
      writeFileSync(path, 'much longer than the old file was\n');
    });
    expect(after.text).toBe('rest\nmuch longer than the old file was\n');
    expect(after.lost).toEqual([]);
  });

  test('where a first start began is told before a line is given out, so that a stop before the first commit of lines and a rotation lose nothing', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\n');
    const before = await follow(path);
    const chunk = await before.read(100);
    expect(chunk).toMatchObject({ state: 'begun', bytes: Buffer.alloc(0) });
    await before.close();
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'three\n');
    expect((await drain(await follow(path, { position: chunk.position }))).text).toBe('one\ntwo\nthree\n');
  });

  test('counts a rotated file that was deleted while down (R04)', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\n');
    const before = await follow(path);
    const chunk = await nextChunk(before, 4);
    await drain(before);
    await before.close();
    renameSync(path, `${path}.1`);
    // First the new file, so that it cannot get the inode of the old one.
    writeFileSync(path, 'new\n');
    unlinkSync(`${path}.1`);
    const after = await drain(await follow(path, { position: chunk.position }));
    expect(after.text).toBe('new\n');
    expect(after.lost).toEqual([{ reason: 'vanished', bytes: 4 }]);
  });

  test('emits a line that never got its end when its file is let go of (R19)', async () => {
    const path = join(logFolder(), 'access.log');
    const source = await follow(path, { graceMs: 0 });
    writeFileSync(path, 'one\npartial');
    expect((await drain(source)).text).toBe('one\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n');
    expect((await drain(source)).text).toBe('two\npartial\n');
    expect((await drain(source)).text).toBe('');
  });

  test('finishes a file from its gz sibling and does not read gz files twice (R16)', async () => {
    const path = join(logFolder(), 'access.log');
    const { after, source } = await restartAround(path, 'one\nhal', () => {
      appendFileSync(path, 'f\ntwo\n');
      renameSync(path, `${path}.1`);
      gzipLikeLogrotate(`${path}.1`);
      writeFileSync(path, 'three\n');
    });
    expect(after.text).toBe('half\ntwo\nthree\n');
    expect(after.lost).toEqual([]);
    renameSync(`${path}.1.gz`, `${path}.2.gz`);
    renameSync(path, `${path}.1`);
    gzipLikeLogrotate(`${path}.1`);
    writeFileSync(path, 'four\n');
    expect((await drain(source)).text).toBe('four\n');
  });

  test('leaves a compressed file alone while the plain one is still beside it', async () => {
    const path = join(logFolder(), 'access.log');
    const { after } = await restartAround(path, 'one\n', () => {
      appendFileSync(path, 'two\n');
      renameSync(path, `${path}.1`);
      writeFileSync(path, 'three\n');
      writeFileSync(`${path}.1.gz`, gzipSync('one\ntwo\n').subarray(0, 20));
    });
    expect(after).toMatchObject({ text: 'two\nthree\n', lost: [] });
  });

  test('a generation in a compression it cannot read is counted as vanished, not read as lines', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\n');
    const before = await follow(path, { maxLineBytes: 5 });
    const { position } = await nextChunk(before, 4);
    await before.close();
    writeFileSync(`${path}.1.zst`, Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x0a));
    writeFileSync(`${path}.new`, 'three\n');
    renameSync(`${path}.new`, path);
    const after = await drain(await follow(path, { position }));
    expect(after).toMatchObject({ text: 'three\n', lost: [{ reason: 'vanished', bytes: 4 }] });
  });

  test('reads whole generations that exist only as gz', async () => {
    const path = join(logFolder(), 'access.log');
    const { after } = await restartAround(path, 'one\n', () => {
      renameSync(path, `${path}.3`);
      gzipLikeLogrotate(`${path}.3`);
      writeFileSync(`${path}.2`, 'two\n');
      gzipLikeLogrotate(`${path}.2`);
      writeFileSync(`${path}.1`, 'three\n');
      writeFileSync(path, 'four\n');
    });
    expect(after.text).toBe('two\nthree\nfour\n');
  });

  test('follows a symbolic link to its new target, live and after a restart (R15)', async () => {
    const folder = logFolder();
    const path = join(folder, 'current.log');
    writeFileSync(join(folder, 'a.log'), 'a1\n');
    symlinkSync('a.log', path);
    const source = await follow(path);
    const { text, position } = await drain(source);
    expect(text).toBe('a1\n');
    appendFileSync(join(folder, 'a.log'), 'a2\n');
    writeFileSync(join(folder, 'b.log'), 'b1\n');
    unlinkSync(path);
    symlinkSync('b.log', path);
    expect((await drain(source)).text).toBe('a2\nb1\n');
    expect((await drain(await follow(path, { position }))).text).toBe('a2\nb1\n');
  });
});

describe('truncation', () => {
  test('reads what comes after copytruncate from 0 (R05)', async () => {
    const path = join(logFolder(), 'access.log');
    const writer = openSync(path, 'a');
    const source = await follow(path);
    writeSync(writer, 'one\ntwo\n');
    expect((await drain(source)).text).toBe('one\ntwo\n');
    writeSync(writer, 'unread\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    writeSync(writer, 'x\n');
    const { text, lost } = await drain(source);
    expect(text).toBe('unread\nx\n');
    expect(lost).toEqual([]);
    closeSync(writer);
  });

  test('copied and emptied before anything of it was given out: the copy comes first, whole', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\n');
    const source = await follow(path);
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    appendFileSync(path, 'three is longer than both\n');
    expect(await drain(source)).toMatchObject({ text: 'one\ntwo\nthree is longer than both\n', lost: [] });
  });

  test('counts the bytes it knew of when there is no copy', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\nthree\n');
    const source = await follow(path, { maxLineBytes: 5 });
    expect((await nextChunk(source, 4)).bytes.toString()).toBe('one\n');
    truncateSync(path, 0);
    const { text, lost } = await drain(source);
    expect(text).toBe('');
    expect(lost).toEqual([{ reason: 'truncated', bytes: 10 }]);
  });

  test('notices a rewrite in the middle of catching up, before the end was ever reached', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\nthree\n');
    const source = await follow(path, { maxLineBytes: 5 });
    expect((await nextChunk(source, 4)).bytes.toString()).toBe('one\n');
    writeFileSync(path, 'ALPHA\nBETA\nGAMMA\n');
    const { text, lost } = await drain(source);
    expect(text).toBe('ALPHA\nBETA\nGAMMA\n');
    expect(lost).toEqual([{ reason: 'truncated', bytes: 10 }]);
  });

  test('skips and counts the hole that a writer without O_APPEND leaves (R06)', async () => {
    const path = join(logFolder(), 'access.log');
    const writer = openSync(path, 'w');
    const source = await follow(path);
    writeSync(writer, 'one\ntwo\n');
    await drain(source);
    truncateSync(path, 0);
    writeSync(writer, 'three\n');
    const { text, lost } = await drain(source);
    expect(text).toBe('three\n');
    expect(lost.filter(({ reason }) => reason === 'nul')).toEqual([{ reason: 'nul', bytes: 8 }]);
    closeSync(writer);
  });

  test.each([true, false])('notices a rewrite to exactly the same size (R07), live: %s', async (live) => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, 'aaaa\nbbbb\n');
    const source = await follow(path);
    const { position } = await drain(source);
    await new Promise((resolve) => setTimeout(resolve, 15));
    writeFileSync(path, 'cccc\ndddd\n');
    const after = await drain(live ? source : await follow(path, { position }));
    expect(after.text).toBe('cccc\ndddd\n');
  });

  test.each([true, false])('notices a rewrite with the same first bytes (R08), live: %s', async (live) => {
    const path = join(logFolder(), 'access.log');
    const prefix = 'the same header line\n'.repeat(80);
    writeFileSync(path, `${prefix}old\n`);
    const source = await follow(path);
    const { position } = await drain(source);
    writeFileSync(path, `${prefix}new\nand more\n`);
    const after = await drain(live ? source : await follow(path, { position }));
    expect(after.text).toBe(`${prefix}new\nand more\n`);
  });

  test('across a restart reads only the new content (R09)', async () => {
    const path = join(logFolder(), 'access.log');
    const { after } = await restartAround(path, 'one\ntwo\n', () => {
      copyFileSync(path, `${path}.1`);
      truncateSync(path, 0);
      appendFileSync(path, 'three, and longer than before\n');
    });
    expect(after.text).toBe('three, and longer than before\n');
    expect(after.lost).toEqual([]);
  });
});

describe('identity', () => {
  test('takes a new file with a reused inode for a new file (R10)', async () => {
    const path = join(logFolder(), 'access.log');
    // The inode stays the same whatever the file system does: this is what reuse looks like to a reader that was down.
    const { after } = await restartAround(path, 'one\n', () => writeFileSync(path, 'two\nand three\n'));
    expect(after.text).toBe('two\nand three\n');
    expect(after.lost).toEqual([{ reason: 'truncated', bytes: 0 }]);
  });

  test('deleted and made anew until the inode is the same, live (R10)', async () => {
    const path = join(logFolder(), 'access.log');
    const source = await follow(path);
    let expected = '';
    let read = '';
    for (let round = 0; round < 20; round += 1) {
      writeFileSync(path, `round ${round}\n`);
      expected += `round ${round}\n`;
      read += (await drain(source)).text;
      unlinkSync(path);
    }
    expect(read).toBe(expected);
  });

  test('keeps two files with the same first line apart (R11)', async () => {
    const folder = logFolder();
    const a = join(folder, 'a.log');
    const b = join(folder, 'b.log');
    writeFileSync(a, 'same\na\n');
    writeFileSync(b, 'same\nb\n');
    const positionA = (await drain(await follow(a))).position;
    const positionB = (await drain(await follow(b))).position;
    appendFileSync(a, 'more a\n');
    appendFileSync(b, 'more b\n');
    expect((await drain(await follow(a, { position: positionA }))).text).toBe('more a\n');
    expect((await drain(await follow(b, { position: positionB }))).text).toBe('more b\n');
  });

  test('knows an empty and a tiny file again (R12)', async () => {
    const path = join(logFolder(), 'access.log');
    const { after, before } = await restartAround(path, '', () => appendFileSync(path, 'a\n'));
    expect(before).toBe('');
    expect(after.text).toBe('a\n');
    const again = await follow(path, { position: after.position });
    expect((await drain(again)).text).toBe('');
    appendFileSync(path, 'b\n');
    expect((await drain(again)).text).toBe('b\n');
  });

  test('does not care for a new inode with the same content, as after moving to another disk', async () => {
    const path = join(logFolder(), 'access.log');
    const { after } = await restartAround(path, 'one\n', () => {
      copyFileSync(path, `${path}.moving`);
      renameSync(`${path}.moving`, path);
      appendFileSync(path, 'two\n');
    });
    expect(after.text).toBe('two\n');
  });
});

describe('deletion', () => {
  test('reads on while the writer writes into the deleted file, then gives the disk space back (R13)', async () => {
    const path = join(logFolder(), 'access.log');
    let nowMs = 0;
    const writer = openSync(path, 'a');
    const source = await follow(path, { nowMs: () => nowMs, graceMs: 1000 });
    writeSync(writer, 'one\n');
    await drain(source);
    unlinkSync(path);
    writeSync(writer, 'two\npart');
    expect((await drain(source)).text).toBe('two\n');
    closeSync(writer);
    expect(openFilesIn(path)).toHaveLength(1);
    nowMs += 1001;
    expect((await drain(source)).text).toBe('part\n');
    expect(openFilesIn(path)).toEqual([]);
    writeFileSync(path, 'three\n');
    expect((await drain(source)).text).toBe('three\n');
  });

  test('reads both contents of a path that was deleted and made anew (R14)', async () => {
    const path = join(logFolder(), 'access.log');
    const source = await follow(path);
    writeFileSync(path, 'one\n');
    expect((await drain(source)).text).toBe('one\n');
    appendFileSync(path, 'unread\n');
    unlinkSync(path);
    writeFileSync(path, 'two\n');
    expect((await drain(source)).text).toBe('unread\ntwo\n');
  });
});

describe('lines', () => {
  test('a partial line is given out once, joined, live and after a restart (R18)', async () => {
    const path = join(logFolder(), 'access.log');
    const { after, before, source } = await restartAround(path, 'one\ntw', () => appendFileSync(path, 'o'));
    expect(before).toBe('one\n');
    expect(after.text).toBe('');
    appendFileSync(path, '!\n');
    expect((await drain(source)).text).toBe('two!\n');
  });

  test('a line split at every byte gives the same lines (R20)', async () => {
    const path = join(logFolder(), 'access.log');
    const text = Buffer.from('grüße \u{1f30a}\r\n\nlast\n');
    const source = await follow(path);
    const pieces: Buffer[] = [];
    for (const byte of text) {
      appendFileSync(path, Buffer.of(byte));
      pieces.push((await drain(source)).bytes);
    }
    expect(Buffer.concat(pieces)).toEqual(text);
  });

  test('hostile bytes pass untouched but for the byte order mark at the start, and offsets stay in bytes (R22)', async () => {
    const path = join(logFolder(), 'access.log');
    const hostile = Buffer.concat([
      Buffer.of(0xef, 0xbb, 0xbf),
      Buffer.from('bom\r\n\n\n'),
      Buffer.of(0xff, 0xed, 0xa0, 0x80, 0x7f, 0x1b, 0x0a),
      Buffer.from('nul \0 inside\n'),
    ]);
    writeFileSync(path, hostile);
    const source = await follow(path);
    const first = await nextChunk(source, 12);
    const rest = await drain(await follow(path, { position: first.position }));
    expect(Buffer.concat([first.bytes, rest.bytes])).toEqual(hostile.subarray(3));
    expect(rest.lost).toEqual([]);
  });

  test('a too long line comes cut, its rest is skipped across a restart, and the next line is whole (R21)', async () => {
    const path = join(logFolder(), 'access.log');
    const { before, after } = await restartAround(path, `one\n${'x'.repeat(40)}`, () => appendFileSync(path, `${'x'.repeat(9)}\nnext\n`), {
      maxLineBytes: 10,
    });
    expect(before).toBe(`one\n${'x'.repeat(11)}\n`);
    expect(after.text).toBe('next\n');
  });
});

describe('a broken world', () => {
  test('goes on when permission is given back (R24)', async () => {
    const folder = logFolder();
    chmodSync(folder, 0o755);
    const path = join(folder, 'access.log');
    writeFileSync(path, 'one\n');
    chmodSync(path, 0);
    await unprivileged(async () => {
      const source = await follow(path);
      expect((await drain(source)).state).toBe('unsettled'); // what it may not read it may not have read to the end
      expect(source.problem()).toContain('EACCES');
      expect(source.problem()).toContain(path);
      if (process.getuid?.() === 0) process.seteuid?.(0);
      chmodSync(path, 0o644);
      if (process.getuid?.() === 0) process.seteuid?.(65_534);
      expect((await drain(source)).text).toBe('one\n');
      expect(source.problem()).toBeNull();
    });
  });

  test('a restart without permission waits and loses nothing (R24)', async () => {
    const folder = logFolder();
    chmodSync(folder, 0o755);
    const path = join(folder, 'access.log');
    writeFileSync(path, 'one\n');
    const { position } = await drain(await follow(path));
    appendFileSync(path, 'two\n');
    chmodSync(path, 0);
    const source = await follow(path, { position });
    await unprivileged(async () => {
      expect(await drain(source)).toMatchObject({ text: '', lost: [], position });
      expect(source.problem()).toContain('EACCES');
    });
    chmodSync(path, 0o644);
    expect(await drain(source)).toMatchObject({ text: 'two\n', lost: [] });
  });

  test('follows into a folder that was replaced (R24)', async () => {
    const folder = join(logFolder(), 'logs');
    mkdirSync(folder);
    const path = join(folder, 'access.log');
    writeFileSync(path, 'one\n');
    const source = await follow(path);
    await drain(source);
    appendFileSync(path, 'two\n');
    renameSync(folder, `${folder}.old`);
    expect((await drain(source)).text).toBe('two\n');
    mkdirSync(folder);
    writeFileSync(path, 'three\n');
    expect((await drain(source)).text).toBe('three\n');
  });

  test('a folder or a pipe in the place of the file is a problem, not a crash', async () => {
    const path = join(logFolder(), 'access.log');
    mkdirSync(path);
    const source = await follow(path);
    expect((await drain(source)).text).toBe('');
    expect(source.problem()).toContain(path);
    rmSync(path, { recursive: true });
    writeFileSync(path, 'one\n');
    expect((await drain(source)).text).toBe('one\n');
  });

  test('without a free file descriptor reads what is open, waits for the rest, and goes on (R25)', () => {
    const path = join(logFolder(), 'access.log');
    const program = join(import.meta.dirname, 'test', 'exhaust-descriptors.ts');
    const output = execFileSync('sh', ['-c', 'ulimit -n 64; exec "$0" "$1" "$2"', process.execPath, program, path], { encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({
      first: 'one\n',
      starved: ['two\n', '', ''],
      problem: expect.stringContaining('EMFILE') as unknown,
      after: ['three\n', ''],
      problemAfter: null,
    });
  });

  test('a hard link in the folder is the same file and no other', async () => {
    const path = join(logFolder(), 'access.log');
    const { after } = await restartAround(path, 'one\n', () => linkSync(path, `${path}.1`));
    expect(after.text).toBe('');
  });

  test.each(['', 'null', '{}', '{"version":2,"files":[]}', '{"version":1,"files":[{}]}', '{"version":1,"files":{"0":1}}', '[1]'])(
    'a foreign position is refused: %s',
    async (position) => {
      await expect(follow('access.log', { position })).rejects.toThrow(PositionRefused);
    },
  );

  test('a position holds no byte of a line', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, '203.0.113.7 secret\n203.0.113.8 partial');
    const { position } = await drain(await follow(path));
    // Whole texts: three digits alone stand in many a hash.
    for (const text of ['203.0.113', 'secret', 'partial']) for (const form of ['utf8', 'hex', 'base64'] as const) expect(position).not.toContain(Buffer.from(text).toString(form));
  });
});
