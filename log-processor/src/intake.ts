/** Takes the bytes of one read along the road: cuts lines, walks each, counts it, and hands what is public to the output. */
import type { KeyWanted } from './anonymise.ts';
import type { Ledger } from './ledger.ts';
import type { Output } from './output.ts';
import type { Drop, Origin, SiteTools } from './pipeline.ts';
import type { LineScanner, ScannedLine } from './parse/scan-line.ts';
import type { DropReason, PublicRequest, Request, Unread } from './record.ts';
import type { Chunk } from './read/source.ts';

/** One input with what is needed to read its lines. */
export type InputInHand = {
  readonly name: string;
  readonly parse: (bytes: Buffer, start: number, end: number) => Request | Unread;
  /** Reads lines of the expected shape, which then walk with memory; null or absent where the format has none. */
  readonly scanner?: LineScanner | null;
  /** The configured site of a format without server names. */
  readonly site: SiteTools | null;
  /** Lines read so far over the input's whole life; committed with its position. */
  lineNumber: number;
  /** Where reading went on after the last chunk; null before the first. */
  position: string | null;
};

export type IntakeTools = {
  walk(parsed: Request | Unread, origin: Origin): PublicRequest | Drop | KeyWanted;
  /** The same for a line of the expected shape. The request it answers is filled anew by the next call. */
  walkWords(scanned: ScannedLine, origin: Origin): PublicRequest | Drop | KeyWanted;
  createKey(site: string, day: string): Promise<unknown>;
  /** Counts the line in the audience, also when the output refused it; events it causes are handled before it returns. */
  account(request: PublicRequest, nowMs: number, refused: DropReason | null): void;
  accountDrop(drop: Drop): void;
  ledger: Ledger;
  output: Pick<Output, 'addLine'>;
  maxLineBytes: number;
};

const newline = 10;
const carriageReturn = 13;
const nul = 0;

type Place = Writable<Origin>;
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** @returns a function that takes one chunk of one input; it waits only where a new day needs its key */
export function createIntake(tools: IntakeTools): (input: InputInHand, chunk: Chunk, nowMs: number) => Promise<void> {
  return async (input, chunk, nowMs) => {
    const origin: Place = { input: input.name, lineNumber: input.lineNumber, site: input.site, nowMs };
    for (let start = 0; start < chunk.bytes.length; ) {
      start = takeScanned(tools, input, { bytes: chunk.bytes, start, origin });
      if (start < chunk.bytes.length) start = await takeOne(tools, input, { bytes: chunk.bytes, start, origin });
    }
  };
}

type InChunk = { readonly bytes: Buffer; readonly start: number; readonly origin: Place };

/** Takes lines as long as they have the expected shape and their day has its key. @returns where the first other line starts */
function takeScanned(tools: IntakeTools, input: InputInHand, { bytes, start, origin }: InChunk): number {
  const scanner = input.scanner ?? null;
  if (scanner === null) return start;
  for (let at = start; ; ) {
    const scanned = scanner.scan(bytes, at);
    if (scanned === null || scanned.end - at > tools.maxLineBytes) return at;
    origin.lineNumber = input.lineNumber + 1;
    const result = tools.walkWords(scanned, origin);
    if ('keyWanted' in result) return at;
    input.lineNumber += 1;
    settle(tools, result, origin);
    at = scanned.end + 1;
  }
}

/** Takes one line on the general road. @returns where the next one starts */
async function takeOne(tools: IntakeTools, input: InputInHand, { bytes, start, origin }: InChunk): Promise<number> {
  const found = bytes.indexOf(newline, start);
  const end = found === -1 ? bytes.length : found;
  input.lineNumber += 1;
  origin.lineNumber = input.lineNumber;
  const parsed = readLine(input, bytes, { start, end, most: tools.maxLineBytes });
  let result = tools.walk(parsed, origin);
  while ('keyWanted' in result) {
    await tools.createKey(result.keyWanted.site, result.keyWanted.day);
    result = tools.walk(parsed, origin);
  }
  settle(tools, result, origin);
  return end + 1;
}

/** Counts a line that came to its end, and hands it on when the end is public. */
function settle(tools: IntakeTools, result: PublicRequest | Drop, { input, nowMs }: Origin): void {
  tools.ledger.read(input);
  if ('drop' in result) {
    tools.ledger.dropped(input, result.drop);
    tools.accountDrop(result);
    return;
  }
  const refused = tools.output.addLine(result, nowMs);
  if (refused !== null) tools.ledger.dropped(input, refused);
  tools.account(result, nowMs, refused);
}

const tooLong: Unread = { reason: 'too_long', timeMs: null, serverName: null };
const empty: Unread = { reason: 'empty', timeMs: null, serverName: null };

/** One line without its end; what is no line at all is a reason. */
function readLine(input: InputInHand, bytes: Buffer, span: { start: number; end: number; most: number }): Request | Unread {
  let { start, end } = span;
  if (end > start && bytes[end - 1] === carriageReturn) end -= 1;
  while (start < end && bytes[start] === nul) start += 1; // what a writer with a stale offset leaves after a truncation
  if (end - start > span.most) return tooLong;
  if (isBlank(bytes, start, end)) return empty;
  return input.parse(bytes, start, end);
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index];
    if (byte !== 32 && byte !== 9) return false;
  }
  return true;
}
