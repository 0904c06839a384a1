/** Writes a log as nginx and logrotate do between them: append, rename when it is big, go on in the renamed file for a moment, open a new one. */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

export type RotatingWriterOptions = {
  readonly path: string;
  /** The file is renamed after the write that fills it to this size. */
  readonly maxBytes: number;
  /** The rename comes in the middle of a line, at exactly `maxBytes`: the rest of the line still goes to the renamed file. */
  readonly midLine?: boolean;
  /** Renamed files to keep, `.1` the youngest; older ones are deleted. */
  readonly maxFiles: number;
};

export type RotatingWriter = {
  /** Appends whole lines. The first write after a rename still goes to the renamed file, as nginx does until it is told to reopen. */
  write(lines: string): void;
  /** How often the file was renamed. */
  readonly rotations: number;
  close(): void;
};

/** Appends to what is there. @throws when the folder is missing or not writable */
export function createRotatingWriter({ path, maxBytes, maxFiles, midLine = false }: RotatingWriterOptions): RotatingWriter {
  let file = openSync(path, 'a');
  let [size, rotations] = [0, 0];
  let isRenamed = false;

  const rotate = (): void => {
    shift(path, maxFiles);
    rotations += 1;
    isRenamed = true;
  };
  const reopen = (): void => {
    closeSync(file);
    file = openSync(path, 'a');
    size = 0;
    isRenamed = false;
  };

  const append = (bytes: Buffer): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    size += bytes.length;
  };

  const write = (bytes: Buffer): void => {
    append(bytes);
    if (isRenamed) reopen();
    else if (size >= maxBytes) rotate();
  };

  return {
    write: (lines) => {
      const bytes = Buffer.from(lines);
      const fits = midLine && !isRenamed ? maxBytes - size : Infinity;
      if (fits < bytes.length) write(bytes.subarray(0, fits));
      if (fits < bytes.length) append(bytes.subarray(fits));
      else write(bytes);
    },
    get rotations() {
      return rotations;
    },
    close: () => closeSync(file),
  };
}

/** As logrotate does: the oldest goes, every other becomes a number older. */
function shift(path: string, maxFiles: number): void {
  rmSync(`${path}.${maxFiles}`, { force: true });
  for (let age = maxFiles - 1; age >= 1; age -= 1) if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`);
  renameSync(path, `${path}.1`);
}
