/** Opens finished logs, or a pipe, as one history in the order of time: what `report` and `backfill` read. */
import type { InputConfig } from '../config-schema.ts';
import type { InputInHand } from '../intake.ts';
import { generateKey } from '../keys/digest.ts';
import { generalParser } from '../access-input.ts';
import { timeOf } from '../open-sources.ts';
import type { LineFormat } from '../parse/formats.ts';
import type { LineScanners } from '../parse/line-scanners.ts';
import { openFinishedFile } from '../read/finished-file.ts';
import { mergeByTime } from '../read/merge-by-time.ts';
import type { Source } from '../read/source.ts';
import { openStandardInput } from '../read/standard-input.ts';
import type { Sites } from '../site-tools.ts';
import type { Piped } from './piped-input.ts';

/** One log: a path, or standard input. */
export type HistoryFile = { readonly name: string; readonly path: string; readonly format: LineFormat; readonly piped: Piped | null; /** Of lines without a server name, where it is not that of all files. */ readonly site?: string | null };

export type OpenedHistory = {
  readonly source: Source;
  /** By the name of the file. */
  readonly inputs: ReadonlyMap<string, InputInHand>;
};

export type OpeningHistory = {
  readonly files: readonly HistoryFile[];
  /** What every line says it came by: one history is one input, so that its watermark does not wait for the first file's end. */
  readonly input: string;
  readonly sites: Sites;
  readonly scanners: LineScanners;
  readonly maxLineBytes: number;
  /** The site of lines without a server name. */
  readonly site: string | null;
  /** Sees each line with its fields before anything else does, and nothing of it may be kept but numbers; null lets lines take the fast way. */
  readonly watch: ((parsed: ReturnType<InputInHand['parse']>, lineBytes: number) => void) | null;
};

/** @throws Error naming a file that cannot be read */
export async function openHistory(options: OpeningHistory): Promise<OpenedHistory> {
  const { files, maxLineBytes, scanners } = options;
  const identityKey = generateKey();
  const sources: Source[] = [];
  for (const { name, path, piped } of files) {
    const open = piped === null ? await openFinishedFile({ input: name, path, position: null, identityKey, maxLineBytes }) : openStandardInput({ input: name, stream: piped.stream, maxLineBytes });
    sources.push(open);
  }
  const inputs = new Map(files.map((file) => [file.name, inHand(file, options)] as const));
  const [first] = sources;
  // One file needs no second look at the time of its lines.
  if (first !== undefined && sources.length === 1) return { source: first, inputs };
  const start = { position: null, skipBytes: 0 };
  return { source: mergeByTime(sources.map((source) => ({ source, start })), timeOf(scanners)), inputs };
}

function inHand({ format, site: own = null }: HistoryFile, { input, sites, site: ofAll, scanners, watch }: OpeningHistory): InputInHand {
  const site = own ?? ofAll;
  const common = { name: input, site: site === null ? null : sites.ofName(site), lineNumber: 0, position: null };
  const parse = generalParser(format satisfies InputConfig['format']);
  if (watch === null) return { ...common, parse, scanner: scanners.of(format) };
  return {
    ...common,
    scanner: null,
    parse: (bytes, start, end) => {
      const parsed = parse(bytes, start, end);
      watch(parsed, end - start + 1);
      return parsed;
    },
  };
}
