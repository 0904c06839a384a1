/** Makes a tree of small files, such as a /sys, that a test can change as the kernel would. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type MadeTree = {
  readonly root: string;
  write(files: Readonly<Record<string, string | number>>): void;
  remove(path: string): void;
  destroy(): void;
};

export function makeTree(files: Readonly<Record<string, string | number>> = {}): MadeTree {
  const root = mkdtempSync(join(tmpdir(), 'tidewatch-machine-'));
  const tree: MadeTree = {
    root,
    write(written) {
      for (const [path, content] of Object.entries(written)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        // As the kernel's files, it is never seen half written.
        writeFileSync(join(root, '.being-written'), `${content}\n`);
        renameSync(join(root, '.being-written'), join(root, path));
      }
    },
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
    destroy: () => rmSync(root, { recursive: true, force: true }),
  };
  tree.write(files);
  return tree;
}

/** Files of one RAPL zone. */
export function raplZone(entry: string, name: string, microjoules: number, maxMicrojoules = 262_143_328_850): Record<string, string | number> {
  const folder = `class/powercap/${entry}`;
  return { [`${folder}/name`]: name, [`${folder}/energy_uj`]: microjoules, [`${folder}/max_energy_range_uj`]: maxMicrojoules };
}
