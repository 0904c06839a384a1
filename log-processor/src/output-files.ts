/** The output of the embedded default: NDJSON files that anybody can read, whose length is part of the commit. */
import { accessLine, streamOf } from './access-line.ts';
import { createStamp } from './line-stamp.ts';
import type { Entry, Output } from './output.ts';
import type { Put } from './record.ts';

/** What is asked of the files: see files/file-output.ts. */
export type LineFiles = {
  add(kind: string, line: string): void;
  flush(): Promise<readonly Put[]>;
};

/** @returns an output that delivers with the commit itself; nothing is ever too old for a file */
export function createFilesOutput(files: LineFiles): Output {
  const stamp = createStamp();
  const heads = new Map<string, string>();
  /** What Loki would hold as labels, once per stream. */
  const headOf = (kind: string, site: string, input: string): string => {
    const name = `${kind}/${site}/${input}`;
    let head = heads.get(name);
    if (head === undefined) {
      // A receipt names its site itself.
      head = `","stream":"${kind}",${kind === 'day' ? '' : `"site":"${site}",`}${input === '' ? '' : `"input":"${input}",`}`;
      heads.set(name, head);
    }
    return head;
  };
  return {
    deliversAtCommit: true,
    addLine(request) {
      const kind = streamOf(request);
      files.add(kind, `{"time":"${stamp(request.timeMs, request.lineNumber % 1_000_000)}${headOf(kind, request.site, request.input)}${accessLine(request).slice(1)}`);
      return null;
    },
    add(entry: Entry) {
      files.add(entry.kind, `{"time":"${stamp(entry.timeMs, entry.subNs)}${headOf(entry.kind, entry.site, entry.input)}${entry.text.slice(1)}`);
      return null;
    },
    seal: async () => ({ bodies: [], puts: await files.flush() }),
  };
}
