/** Finds the cgroups of containers, whoever started them: Docker, Podman, containerd or CRI-O, under systemd or without it. */
import { readdirSync } from 'node:fs';

export type FoundCgroup = {
  /** Path below the root of the hierarchy, starting with `/`. */
  readonly path: string;
  /** 64 hexadecimal digits; null for a cgroup that the configuration names. */
  readonly containerId: string | null;
};

/** `docker-<id>.scope`, `libpod-<id>.scope`, `cri-containerd-<id>.scope`, `crio-<id>.scope`, or the bare id. */
const containerName = /^(?:(?:docker|libpod|cri-containerd|crio)-)?([0-9a-f]{64})(?:[.]scope)?$/;
/** kubepods/besteffort/pod/container is the deepest that is known. */
const deepest = 6;
/** A machine with more than this is no machine of ours; the walk must end. */
const mostFolders = 5000;

/** The containers below one hierarchy, and those of `named` that exist, in the order of their paths. A missing root is an empty list. */
export function findCgroups(root: string, named: readonly string[] = []): readonly FoundCgroup[] {
  const found: FoundCgroup[] = [];
  let folders = 0;
  const walk = (path: string, depth: number): void => {
    const entries = subfolders(`${root}${path}`);
    for (const entry of entries) {
      folders += 1;
      if (folders > mostFolders) return;
      const child = `${path}/${entry}`;
      const containerId = containerName.exec(entry)?.[1] ?? null;
      if (containerId !== null || named.includes(child)) found.push({ path: child, containerId });
      // Kepler, systemd and nested runtimes make cgroups inside a container: they are part of it.
      else if (depth < deepest) walk(child, depth + 1);
    }
  };
  walk('', 1);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function subfolders(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return []; // it ended while we looked, or is not ours to see: the next look shows it if it is there
  }
}
