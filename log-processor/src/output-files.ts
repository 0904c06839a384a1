/** The output of the embedded default: NDJSON files that anybody can read, whose length is part of the commit. */
import type { Entry, Output } from './output.ts';
import type { Put } from './record.ts';

/** What is asked of the files: see files/file-output.ts. */
export type LineFiles = {
  add(kind: string, line: string): void;
  flush(): Promise<readonly Put[]>;
};

/** @returns an output that delivers with the commit itself; nothing is ever too old for a file */
export function createFilesOutput(files: LineFiles): Output {
  return {
    deliversAtCommit: true,
    add(entry) {
      files.add(entry.kind, fileLine(entry));
      return null;
    },
    seal: async () => ({ bodies: [], puts: await files.flush() }),
  };
}

/** The line with what Loki would hold beside it: its time to the nanosecond and its labels. */
function fileLine(entry: Entry): string {
  const time = new Date(entry.timeMs).toISOString().slice(0, -1) + String(entry.subNs).padStart(6, '0') + 'Z';
  const input = entry.input === '' ? '' : `"input":"${entry.input}",`;
  return `{"time":"${time}","stream":"${entry.kind}","site":"${entry.site}",${input}${entry.text.slice(1)}`;
}
