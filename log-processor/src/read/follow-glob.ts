/** Follows every path that a pattern names, and the ones that appear later, each as an input of its own. */
import { glob, lstat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { openFollowedFile } from './follow-file.ts';
import type { FollowedFile, FollowOptions } from './follow-options.ts';
import { isCompressedName, isRotatedName } from './rotated-name.ts';

export type GlobOptions = Omit<FollowOptions, 'path' | 'position'> & {
  /** A path, or a glob as node:fs understands it. */
  readonly pattern: string;
  /** Positions by input label; a label whose file is not there now is followed too, so that its rotated files are finished. */
  readonly positions: ReadonlyMap<string, string>;
  /** False where the file behind a path is read already, under this or another name; asked again at every look. */
  readonly isFree?: (path: string) => Promise<boolean>;
};

export type FollowedGlob = {
  /** All that are followed now, in the order of their labels. */
  sources(): readonly FollowedFile[];
  /** Looks again and opens what is new, from its first byte. Answers the new ones only. */
  rescan(): Promise<FollowedFile[]>;
};

const wildcard = /[*?[\]{}]|[!@+]\(/;

/**
 * A pattern without wildcards is one input with the label `<input>`, whether it exists or not; with wildcards every path is
 * `<input>/<what follows the last folder without a wildcard>`. Rotated and compressed files are never inputs of their own.
 * @throws PositionRefused
 */
export async function openFollowedGlob(options: GlobOptions): Promise<FollowedGlob> {
  const { input, pattern, positions, isFree = () => Promise.resolve(true), ...rest } = options;
  const sources = new Map<string, FollowedFile>();
  const root = fixedFolder(pattern);
  const add = async (path: string, startAt: 'end' | 'beginning'): Promise<FollowedFile[]> => {
    if (!(await isFree(path))) return [];
    const label = wildcard.test(pattern) ? labelOf(input, root, path) : input;
    const source = await openFollowedFile({ ...rest, input: label, path, startAt, position: positions.get(label) ?? null });
    sources.set(path, source);
    return [source];
  };
  const rescan = async (startAt: 'end' | 'beginning'): Promise<FollowedFile[]> => {
    const added: FollowedFile[] = [];
    for (const path of await newPaths(pattern, [...sources.keys()])) added.push(...(await add(path, startAt)));
    return added;
  };
  if (wildcard.test(pattern)) {
    for (const path of knownPaths(input, root, positions)) await add(path, options.startAt);
    await rescan(options.startAt);
  } else await add(pattern, options.startAt);
  return {
    sources: () => [...sources.values()].sort((a, b) => (a.input < b.input ? -1 : 1)),
    rescan: () => (wildcard.test(pattern) ? rescan('beginning') : Promise.resolve([])),
  };
}

/** What a pattern names now: the path itself where it has no wildcard, whether it is there or not. */
export async function followedPaths(pattern: string): Promise<string[]> {
  return wildcard.test(pattern) ? newPaths(pattern, []) : [pattern];
}

async function newPaths(pattern: string, known: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern)) found.push(path);
  found.sort();
  const namesByFolder = Map.groupBy([...known, ...found], dirname);
  const isRotated = (path: string): boolean =>
    isCompressedName(path) || (namesByFolder.get(dirname(path)) ?? []).some((other) => isRotatedName(basename(path), basename(other)));
  return regularFirst(found.filter((path) => !known.includes(path) && !isRotated(path)));
}

/** Of a file and the links to it the file itself is followed, whose name stays. */
async function regularFirst(paths: readonly string[]): Promise<string[]> {
  const links = new Set<string>();
  for (const path of paths) if ((await lstat(path).catch(() => null))?.isSymbolicLink() === true) links.add(path);
  return [...paths.filter((path) => !links.has(path)), ...links];
}

/** The part of the pattern before its first wildcard, up to the folder. */
function fixedFolder(pattern: string): string {
  const parts = pattern.split(sep);
  const first = parts.findIndex((part) => wildcard.test(part));
  return parts.slice(0, first).join(sep) || (pattern.startsWith(sep) ? sep : '.');
}

function labelOf(input: string, root: string, path: string): string {
  return `${input}/${relative(root, path).split(sep).join('/')}`;
}

function knownPaths(input: string, root: string, positions: ReadonlyMap<string, string>): string[] {
  const prefix = `${input}/`;
  return [...positions.keys()].filter((label) => label.startsWith(prefix)).map((label) => join(root, label.slice(prefix.length)));
}
