/** Finds configuration that its service may not read, as after a clone with umask 077: the service would only start over and over. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type Reader = { readonly uid: number; readonly gid: number };

/** Who reads which part of the folder of compose.yaml; setup sees each under the same name. */
export const configurationReaders: Readonly<Record<string, Reader>> = {
  'nginx': { uid: 101, gid: 101 },
  'log-processor/tidewatch.yaml': { uid: 10101, gid: 10101 },
  'energy-exporter/energy.yaml': { uid: 10103, gid: 10103 },
  'loki': { uid: 10001, gid: 10001 },
  'promtail': { uid: 10104, gid: 10104 },
  'alloy': { uid: 10110, gid: 10104 },
  'prometheus': { uid: 10107, gid: 10107 },
  'alertmanager': { uid: 10106, gid: 10106 },
  'otel-collector': { uid: 10105, gid: 10105 },
  'grafana': { uid: 472, gid: 472 },
  'docs/runbooks': { uid: 472, gid: 472 },
};

/** The parts, by their names in `readers`, that hold something their reader cannot read. Of one that is not there, or that root itself may not look at (as on some network disks), nothing is said. */
export function unreadable(root: string, readers: Readonly<Record<string, Reader>>): string[] {
  return Object.entries(readers).flatMap(([name, reader]) => (mayBeRead(join(root, name), reader) ? [] : [name]));
}

function mayBeRead(path: string, reader: Reader): boolean {
  try {
    return mayRead(path, reader);
  } catch {
    return true; // advice is no reason to stop the start
  }
}

/** What is to be done about them, as a sentence; null where there are none. */
export function adviceForUnreadable(parts: readonly string[]): string | null {
  if (parts.length === 0) return null;
  return `what is in ${parts.join(', ')} may not be read by the service that needs it, which will start over and over: chmod -R go+rX ${parts.join(' ')}`;
}

function mayRead(path: string, reader: Reader): boolean {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  // A link leads somewhere else in another container, so nothing can be said about it from here.
  if (entry === undefined || entry.isSymbolicLink()) return true;
  const { uid, gid, mode } = entry;
  const bits = (uid === reader.uid ? mode >> 6 : gid === reader.gid ? mode >> 3 : mode) & 7;
  if (!entry.isDirectory()) return (bits & 4) !== 0;
  return (bits & 5) === 5 && readdirSync(path).every((name) => isLeftover(name) || mayRead(join(path, name), reader));
}

/** What editors leave beside a file is nobody's configuration. */
function isLeftover(name: string): boolean {
  return name.startsWith('.') || name.endsWith('~');
}
