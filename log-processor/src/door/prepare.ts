/** Turns a body into what the processor can take at once: everything slow is done here, in steps short enough that the tail goes on beside it. */
import type { DropReason } from '../record.ts';
import type { TextLine, TextStream } from '../output.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { isPoison } from './pushed.ts';
import type { Form, PushedEntry, PushedStream } from './pushed.ts';
import type { Targets } from './targets.ts';
import { unpack } from './unpack.ts';
import type { SnappyBlock, UnpackLimits } from './unpack.ts';

/** Lines of one pushed stream, in order; a reason stands in the place of a line that cannot be used. */
export type PreparedText = { readonly kind: 'text'; readonly stream: TextStream; readonly lines: readonly (TextLine | DropReason)[]; readonly scrubbed: ReadonlyMap<string, number> };
/** Access lines as they were pushed. They still hold addresses, until the road takes them. */
export type PreparedAccess = { readonly kind: 'access'; readonly rule: number | null; readonly lines: readonly string[]; readonly poison: readonly DropReason[] };

export type Prepared = {
  readonly sender: string;
  /** Keyed fingerprint of sender and content. */
  readonly batch: string;
  readonly streams: readonly (PreparedText | PreparedAccess)[];
};

export type PrepareTools = UnpackLimits & {
  readonly snappy: SnappyBlock;
  readonly mostEntries: number;
  readonly mostLineBytes: number;
  fingerprint(sender: string, bytes: Buffer): string;
  targetsOf(sender: string): Targets;
  /** What takes personal data out of the lines of one push of so many bytes, and out of their metadata. */
  createScrub(expectedBytes: number): Scrub;
  nowMs(): number;
  /** Lets others work. */
  breathe(): Promise<void>;
};

/** Counts what was found; waits only where a day needs its key. */
type Scrub = (stream: TextStream, entry: PushedEntry, found: Map<string, number>) => TextLine | Promise<TextLine>;

/** Longest time in one piece, in milliseconds, and work after which the clock is looked at: bytes of lines, and as much for each pair of metadata as for a short line. */
const sliceMs = 10;
const sliceBytes = 4096;
const pairBytes = 128;

export async function prepare(tools: PrepareTools, push: { sender: string; body: Buffer; form: Form; isKnown: (batch: string) => boolean }): Promise<Prepared | { readonly repeated: string }> {
  const { sender, body, form } = push;
  const bytes = await unpack(body, form, tools);
  const batch = tools.fingerprint(sender, bytes);
  if (push.isKnown(batch)) return { repeated: batch };
  const pushed = (form.json ? decodeJson : decodeProtobuf)(bytes, tools.mostEntries);
  const targets = tools.targetsOf(sender);
  const streams: (PreparedText | PreparedAccess)[] = [];
  const scrub = tools.createScrub(bytes.length);
  let untilMs = tools.nowMs() + sliceMs;
  for (const stream of pushed) {
    const target = targets.of(stream.labels);
    streams.push(target.kind === 'text' ? await prepareText({ ...tools, scrub }, target.stream, stream) : prepareAccess(target.rule, stream));
    // Streams of a line or two never get to look at the clock themselves.
    if (tools.nowMs() < untilMs) continue;
    await tools.breathe();
    untilMs = tools.nowMs() + sliceMs;
  }
  return { sender, batch, streams };
}

/** The line says its own time, so a time of the sender that cannot be read costs nothing. */
function prepareAccess(rule: number | null, { entries }: PushedStream): PreparedAccess {
  const lines = entries.flatMap((entry) => (isPoison(entry) ? [] : [textOf(entry)]));
  return { kind: 'access', rule, lines, poison: entries.flatMap((entry) => (isPoison(entry) ? [entry.poison] : [])) };
}

async function prepareText(tools: PrepareTools & { readonly scrub: Scrub }, stream: TextStream, { entries }: PushedStream): Promise<PreparedText> {
  const scrubbed = new Map<string, number>();
  const lines: (TextLine | DropReason)[] = [];
  let [untilMs, unseenBytes] = [tools.nowMs() + sliceMs, 0];
  for (const entry of entries) {
    const reason = isPoison(entry) ? entry.poison : unusable(entry, tools.mostLineBytes);
    if (reason !== null || isPoison(entry)) {
      lines.push(reason ?? 'malformed');
      continue;
    }
    const line = tools.scrub(stream, entry, scrubbed);
    lines.push(line instanceof Promise ? await line : line);
    unseenBytes += entry.end - entry.start + entry.metadata.length * pairBytes;
    if (unseenBytes < sliceBytes) continue;
    unseenBytes = 0;
    if (tools.nowMs() < untilMs) continue;
    await tools.breathe();
    untilMs = tools.nowMs() + sliceMs;
  }
  return { kind: 'text', stream, lines, scrubbed };
}

const textOf = ({ bytes, start, end }: PushedEntry): string => bytes.toString('utf8', start, end);

function unusable(entry: PushedEntry, mostBytes: number): DropReason | null {
  if (entry.end - entry.start > mostBytes) return 'too_long';
  const first = entry.bytes[entry.start] ?? 0;
  const isVisible = entry.end > entry.start && first > 0x20 && first < 0x7f;
  return !isVisible && textOf(entry).trim() === '' ? 'empty' : null;
}
