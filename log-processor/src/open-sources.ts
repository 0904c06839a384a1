/** Opens what the configuration calls inputs: followed files and globs, standard input, or finished files merged by time. */
import type { KeyObject } from 'node:crypto';
import { randomSeed } from './keys/digest.ts';
import type { Readable } from 'node:stream';
import type { Config, InputConfig } from './config-schema.ts';
import type { InputInHand } from './intake.ts';
import { generalParser, lineTimeOf } from './access-input.ts';
import { LineScanners } from './parse/line-scanners.ts';
import type { OpenSource } from './processor-tools.ts';
import { openFinishedFile } from './read/finished-file.ts';
import { openFollowedGlob } from './read/follow-glob.ts';
import type { FollowedGlob } from './read/follow-glob.ts';
import { mergeByTime } from './read/merge-by-time.ts';
import type { TimeMsOf } from './read/merge-by-time.ts';
import { OneReader } from './read/one-reader.ts';
import { oldestLineMs } from './read/oldest-line.ts';
import { parseMergedPosition } from './read/merged-position.ts';
import type { Source } from './read/source.ts';
import { openStandardInput } from './read/standard-input.ts';
import type { Sites } from './site-tools.ts';

export type SourceParts = {
  readonly config: Config;
  readonly sites: Sites;
  readonly identityKey: KeyObject;
  /** The entries of the state under `position/` and `line/`, by input. */
  readonly positions: ReadonlyMap<string, string>;
  readonly lineNumbers: ReadonlyMap<string, number>;
  readonly standardInput: Readable;
};

/** One scanner reads all inputs of a format, so that they share its memory. */
type ScannedParts = SourceParts & { readonly scanners: LineScanners };

export type OpenedSources = {
  /** What is there now and was not before. */
  newSources(): Promise<readonly OpenSource[]>;
  /** What keeps a source from reading; empty while all is well. */
  problems(): readonly string[];
  /** Forgets what was remembered of the values of lines: a key has died. */
  forget(): void;
  /** Followed paths whose rotated files are deleted; absent where nothing is followed. */
  rotatedAreOurs?(): readonly { readonly input: string; readonly path: string; readonly format: InputConfig['format'] }[];
  /** Milliseconds since 1970 of the oldest line in any raw log file of a followed path; null where there is none. */
  oldestLineMs(): Promise<number | null>;
};

/** Follows every configured input. @throws PositionRefused, and InputsOverlap where two inputs name one file */
export async function openFollowedSources(given: SourceParts): Promise<OpenedSources> {
  const parts: ScannedParts = { ...given, scanners: new LineScanners(randomSeed) };
  const waiting: OpenSource[] = [];
  const globs: { readonly config: InputConfig; readonly glob: FollowedGlob }[] = [];
  const once = new OneReader(() => globs.flatMap(({ glob }) => glob.sources()));
  for (const config of parts.config.inputs) {
    if (config.path === '-') {
      const source = openStandardInput({ input: config.name, stream: parts.standardInput, maxLineBytes: parts.config.max_line_bytes });
      waiting.push(opened(source, config, parts));
      continue;
    }
    const glob = await openFollowedGlob({
      input: config.name,
      pattern: config.path,
      startAt: config.start_at,
      positions: parts.positions,
      identityKey: parts.identityKey,
      maxLineBytes: parts.config.max_line_bytes,
      isFree: (path) => once.isFree(config.name, path),
    });
    globs.push({ config, glob });
    waiting.push(...glob.sources().map((source) => opened(source, config, parts)));
  }
  await startedOrClosed(once, globs.flatMap(({ glob }) => glob.sources()));
  return {
    async newSources() {
      const found = waiting.splice(0);
      for (const { config, glob } of globs) found.push(...(await glob.rescan()).map((source) => opened(source, config, parts)));
      return found;
    },
    problems: () => [...once.problems(), ...globs.flatMap(({ glob }) => glob.sources().flatMap((source) => source.problem() ?? []))],
    forget: () => parts.scanners.forget(),
    rotatedAreOurs: () => globs.filter(({ config }) => config.delete_rotated).flatMap(({ glob, config: { format } }) => glob.sources().map(({ input, path }) => ({ input, path, format }))),
    oldestLineMs: () => oldestOf(globs),
  };
}

/** Reads finished files, plain or gz, as one history in the order of time. @throws PositionRefused, InputsOverlap, and an Error naming a file that cannot be read */
export async function openFinishedSources(given: SourceParts): Promise<OpenedSources> {
  const parts: ScannedParts = { ...given, scanners: new LineScanners(randomSeed) };
  const inputs = new Map<string, InputInHand>();
  const merged = [];
  const once = new OneReader();
  for (const config of parts.config.inputs) {
    const start = parseMergedPosition(config.name, parts.positions.get(config.name) ?? null);
    const { path, name: input } = config;
    const source = await openFinishedFile({ input, path, position: start.position, identityKey: parts.identityKey, maxLineBytes: parts.config.max_line_bytes });
    inputs.set(input, inHand(input, config, parts));
    merged.push({ source, start });
    await once.isFree(input, path, true);
  }
  await startedOrClosed(once, merged.map(({ source }) => source));
  const source = mergeByTime(merged, timeOf(parts.scanners));
  let waiting: OpenSource[] = [{ source, inputs, finished: false }];
  return {
    newSources() {
      const found = waiting;
      waiting = [];
      return Promise.resolve(found);
    },
    problems: () => [],
    forget: () => parts.scanners.forget(),
    oldestLineMs: () => Promise.resolve(null),
  };
}

/** @throws InputsOverlap */
async function startedOrClosed(once: OneReader, sources: readonly Source[]): Promise<void> {
  try {
    once.started();
  } catch (error) {
    for (const source of sources) await source.close();
    throw error;
  }
}

async function oldestOf(globs: readonly { readonly config: InputConfig; readonly glob: FollowedGlob }[]): Promise<number | null> {
  let oldest: number | null = null;
  for (const { config, glob } of globs) {
    const timeMsOf = lineTimeOf(config.format);
    for (const { path } of glob.sources()) {
      const timeMs = (await oldestLineMs(path, timeMsOf)) ?? Infinity;
      if (timeMs < (oldest ?? Infinity)) oldest = timeMs;
    }
  }
  return oldest;
}

function opened(source: Source, config: InputConfig, parts: ScannedParts): OpenSource {
  return { source, inputs: new Map([[source.input, inHand(source.input, config, parts)]]), finished: false };
}

function inHand(name: string, config: InputConfig, parts: ScannedParts): InputInHand {
  return {
    name,
    parse: generalParser(config.format),
    // The scanner reads what has exactly the usual shape; everything else is decoded and parsed on the general road, with the same result.
    scanner: parts.scanners.of(config.format),
    site: config.site === undefined ? null : parts.sites.ofName(config.site),
    lineNumber: parts.lineNumbers.get(name) ?? 0,
    position: parts.positions.get(name) ?? null,
  };
}

/** When a line of any format was written; null where it does not say. Files of several formats are merged into one history. */
export function timeOf(scanners: LineScanners): TimeMsOf {
  const [json, combined] = [generalParser('json'), generalParser('common')];
  return (bytes, start, end) => {
    const isJson = bytes[start] === 0x7b /* { */;
    const scanned = scanners.of(isJson ? 'json' : 'combined').scan(bytes, start);
    if (scanned !== null && scanned.end === end) return scanned.timeMs;
    const request = (isJson ? json : combined)(bytes, start, end);
    return 'reason' in request ? null : request.timeMs;
  };
}
