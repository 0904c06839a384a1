/** Writes a log as nginx and logrotate do between them: append, rename when it is big, go on in the renamed file for a moment, open a new one. */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

export type RotatingWriterOptions = {
  readonly path: string;
  /** The file is renamed after the write that fills it to this size. */
  readonly maxBytes: number;
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
export function createRotatingWriter({ path, maxBytes, maxFiles }: RotatingWriterOptions): RotatingWriter {
  let file = openSync(path, 'a');
  let [size, rotations] = [0, 0];
  let isRenamed = false;

  const rotate = (): void => {
    rmSync(`${path}.${maxFiles}`, { force: true });
    for (let age = maxFiles - 1; age >= 1; age -= 1) if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`);
    renameSync(path, `${path}.1`);
    rotations += 1;
  };
  const reopen = (): void => {
    closeSync(file);
    file = openSync(path, 'a');
    size = 0;
    isRenamed = false;
  };

  return {
    write: (lines) => {
      const bytes = Buffer.from(lines);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      size += bytes.length;
      if (isRenamed) {
        reopen();
      } else if (size >= maxBytes) {
        rotate();
        isRenamed = true;
      }
    },
    get rotations() {
      return rotations;
    },
    close: () => closeSync(file),
  };
}
