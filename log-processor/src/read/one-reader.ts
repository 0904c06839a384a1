/** Sees to it that no file is read twice: two inputs that name one file are a mistake of the configuration, two names of it within a glob are one. */
import { basename, dirname } from 'node:path';
import { lookAt } from './list-folder.ts';
import type { Listed } from './list-folder.ts';
import { isRotatedName } from './rotated-name.ts';

/** Thrown at the start when one file would be read by two inputs; lists every such pair. */
export class InputsOverlap extends Error {
  readonly pairs: readonly string[];
  constructor(pairs: readonly string[]) {
    super(`one file would be read twice\n${pairs.map((pair) => `  ${pair}`).join('\n')}`);
    this.name = 'InputsOverlap';
    this.pairs = pairs;
  }
}

/** What reads a path now. `holds` also knows files that were renamed while they are open. */
export type Reader = { readonly path: string; holds(file: Listed): boolean };

type Claim = { readonly name: string; readonly path: string; key: string | null };

export class OneReader {
  readonly #readers: () => readonly Reader[];
  readonly #claims: Claim[] = [];
  readonly #pairs = new Set<string>();
  /** Paths that were refused, with the file behind them then: they stay so after their reader has let go of it. */
  readonly #refused = new Map<string, string>();
  #isStarting = true;

  constructor(readers: () => readonly Reader[] = () => []) {
    this.#readers = readers;
  }

  /** True where nobody else reads the file behind this path, which then belongs to this input; `isFinished` where it is not followed through rotations. */
  async isFree(name: string, path: string, isFinished = false): Promise<boolean> {
    const file = await lookAt(path);
    const key = keyOf(file);
    if (key !== null && this.#refused.get(path) === key) return false;
    if (!this.#isStarting) await this.#lookAgain();
    const other = this.#otherClaim({ name, path, key }, isFinished);
    if (other === null && !this.#isHeld(path, file)) {
      this.#claims.push({ name, path, key });
      return true;
    }
    if (key !== null) this.#refused.set(path, key);
    if (other !== null) this.#note(other, name, path, isFinished);
    return false;
  }

  /** Names of one file within a glob are nobody's mistake. */
  #note(other: Claim, name: string, path: string, isFinished: boolean): void {
    if (other.name !== name || isFinished) this.#pairs.add(describePair(other, name, path));
  }

  #otherClaim({ name, path, key }: Claim, isFinished: boolean): Claim | null {
    const isSame = (claim: Claim): boolean => (key !== null && claim.key === key) || (!isFinished && claim.name !== name && areGenerations(claim.path, path));
    return this.#claims.find(isSame) ?? null;
  }

  /** True where the file is open under the name it had before. */
  #isHeld(path: string, file: Listed | null): boolean {
    return file !== null && this.#readers().some((reader) => reader.path !== path && reader.holds(file));
  }

  /** To be called once every input was opened. @throws InputsOverlap */
  started(): void {
    this.#isStarting = false;
    if (this.#pairs.size > 0) throw new InputsOverlap([...this.#pairs]);
  }

  /** What two inputs want to read, and only one does. */
  problems(): readonly string[] {
    return [...this.#pairs];
  }

  /** Behind a path there may be another file by now. */
  async #lookAgain(): Promise<void> {
    for (const claim of this.#claims) {
      claim.key = keyOf(await lookAt(claim.path));
    }
  }
}

const keyOf = (file: Listed | null): string | null => (file === null ? null : `${file.device}:${file.inode}`);

/** Whether one is what a rotation makes of the other: a followed input reads its rotated files too. */
function areGenerations(one: string, other: string): boolean {
  if (dirname(one) !== dirname(other)) return false;
  return isRotatedName(basename(one), basename(other)) || isRotatedName(basename(other), basename(one));
}

function describePair(first: Claim, name: string, path: string): string {
  const files = first.path === path ? `both read ${path}` : areGenerations(first.path, path) ? `read ${first.path} and ${path}, and one is named like a rotated file of the other, which is read with it` : `read the same file as ${first.path} and ${path}`;
  return `inputs "${first.name}" and "${name}" ${files}; expected every log in one input`;
}
