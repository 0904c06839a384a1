/** The output of the embedded default: NDJSON files that anybody can read, whose length is part of the commit. */
import { AccessText, accessLineBytes, streamOf } from './access-line.ts';
import { Fragments } from './fragment.ts';
import { createStamp, stampBytes } from './line-stamp.ts';
import type { Entry, Output, TextLine, TextStream } from './output.ts';
import type { PublicRequest, Put } from './record.ts';

/** What is filled in place: see files/line-buffer.ts. */
export type FilledLines = {
  readonly bytes: Buffer;
  readonly view: DataView;
  end: number;
  reserve(bytes: number): void;
};

/** What is asked of the files: see files/file-output.ts. */
export type LineFiles = {
  /** The bytes of a kind that wait for `flush`. */
  bufferOf(kind: string): FilledLines;
  flush(): Promise<readonly Put[]>;
};

/** @returns an output that delivers with the commit itself; nothing is ever too old for a file */
export const createFilesOutput = (files: LineFiles): Output => new FilesOutput(files);

/** What Loki would hold as labels, once per stream, and where its lines go. */
type Stream = { readonly kind: string; readonly site: string; readonly input: string; /** Of `#heads`, and how long it is. */ readonly head: number; readonly headBytes: number; readonly lines: FilledLines };

const beforeTime = '{"time":"';
/** Room for it, the stamp and the end of a line. */
const aroundBytes = stampBytes + beforeTime.length + 64;

class FilesOutput implements Output {
  readonly deliversAtCommit = true;
  readonly #files: LineFiles;
  /** Two, because visits end half an hour before the line that closes them. */
  readonly #lineStamp = createStamp(beforeTime);
  readonly #entryStamp = createStamp(beforeTime);
  readonly #text = new AccessText();
  readonly #heads = new Fragments();
  readonly #streams = new Map<string, Stream>();
  readonly #pushed = new WeakMap<TextStream, Stream>();
  #last: Stream | null = null;

  constructor(files: LineFiles) {
    this.#files = files;
  }

  addLine(request: PublicRequest): null {
    const { lines, head, headBytes } = this.#streamOf(streamOf(request), request.site, request.input);
    lines.reserve(accessLineBytes(request) + headBytes + aroundBytes);
    const { view } = lines;
    const at = this.#lineStamp(view, lines.end, request.timeMs, request.lineNumber % 1_000_000);
    lines.end = endLine(view, this.#text.write(request, view, this.#heads.put(view, at, head)));
    return null;
  }

  add(entry: Entry): null {
    const { lines, head, headBytes } = this.#streamOf(entry.kind, entry.site, entry.input);
    lines.reserve(entry.text.length * 3 + headBytes + aroundBytes);
    const at = this.#entryStamp(lines.view, lines.end, entry.timeMs, entry.subNs);
    const from = this.#heads.put(lines.view, at, head);
    lines.end = endLine(lines.view, from + lines.bytes.write(entry.text.slice(1), from));
    return null;
  }

  addText(given: TextStream, line: TextLine, number: number): null {
    let stream = this.#pushed.get(given);
    if (stream === undefined) this.#pushed.set(given, (stream = this.#openText(given)));
    const { lines, head, headBytes } = stream;
    const text = JSON.stringify(line.source.bytes.toString('utf8', line.start, line.end));
    const rest = line.metadata.length === 0 ? '}' : `,"metadata":${JSON.stringify(Object.fromEntries(line.metadata))}}`;
    lines.reserve((text.length + rest.length) * 3 + headBytes + aroundBytes);
    const from = this.#heads.put(lines.view, this.#entryStamp(lines.view, lines.end, line.timeMs, number % 1_000_000), head);
    lines.end = endLine(lines.view, from + lines.bytes.write(text + rest, from));
    return null;
  }

  /** What Loki would hold as labels comes before the line. */
  #openText({ kind, site, input, serviceName, labels }: TextStream): Stream {
    const fields = { stream: kind, site, input, service_name: serviceName, ...Object.fromEntries(labels) };
    const head = `",${JSON.stringify(fields).slice(1, -1)},"line":`;
    return { kind, site, input, head: this.#heads.keep(head), headBytes: Buffer.byteLength(head), lines: this.#files.bufferOf(kind) };
  }

  async seal() {
    return { bodies: [], puts: await this.#files.flush() };
  }

  #streamOf(kind: string, site: string, input: string): Stream {
    const last = this.#last;
    if (last !== null && last.input === input && last.site === site && last.kind === kind) return last;
    const name = `${kind}/${site}/${input}`;
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      // A receipt names its site itself.
      const head = `","stream":"${kind}",${kind === 'day' ? '' : `"site":"${site}",`}${input === '' ? '' : `"input":"${input}",`}`;
      stream = { kind, site, input, head: this.#heads.keep(head), headBytes: Buffer.byteLength(head), lines: this.#files.bufferOf(kind) };
      this.#streams.set(name, stream);
    }
    this.#last = stream;
    return stream;
  }
}

function endLine(view: DataView, at: number): number {
  view.setUint8(at, 0x0a);
  return at + 1;
}
