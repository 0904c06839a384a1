/** Collects real programs of this machine, with the libraries they load, into a folder that becomes the root of a stand-in image. */
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findServer } from '../../tools/find-server.ts';
import { outcomeOf } from './outcome.ts';

/** Programs of busybox under their usual names, as Alpine and the images of Prometheus have them. */
export const busyboxTools = ['sh', 'wget', 'cat', 'date', 'mv', 'mkdir', 'sleep', 'head', 'grep', 'ls', 'touch', 'id', 'env', 'rm', 'chown', 'chmod', 'nc', 'tail', 'od', 'sed', 'uname', 'cp', 'kill', 'ln', 'tar', 'gzip', 'gunzip', 'du', 'df', 'cut', 'find', 'readlink'];

/** An empty root with the users that services run as, certificates of this machine and a time zone. */
export function newRoot(folder: string): void {
  for (const path of ['bin', 'usr/bin', 'usr/sbin', 'etc/ssl/certs', 'tmp', 'var/log', 'proc', 'sys', 'dev', 'run', 'root']) mkdirSync(join(folder, path), { recursive: true });
  // As in every official image: a memory file system that Docker lays over it takes over its mode.
  chmodSync(join(folder, 'tmp'), 0o1777);
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnginx:x:101:101::/nonexistent:/bin/false\nnobody:x:65534:65534::/nonexistent:/bin/false\n');
  writeFileSync(join(folder, 'etc/group'), 'root:x:0:\nnginx:x:101:\nnogroup:x:65534:\n');
  writeFileSync(join(folder, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  if (existsSync(certificates)) cpSync(realpathSync(certificates), join(folder, certificates));
}

/** Busybox, whole, under the names of its tools. */
export function addBusybox(folder: string): void {
  cpSync(realpathSync(program('busybox')), join(folder, 'bin/busybox'));
  for (const name of busyboxTools) if (!existsSync(join(folder, 'bin', name))) symlinkSync('busybox', join(folder, 'bin', name));
}

/** A program and every library that the loader would take for it, at the same places. */
export async function addProgram(folder: string, name: string, target: string): Promise<void> {
  const source = realpathSync(name.startsWith('/') ? name : program(name));
  mkdirSync(dirname(join(folder, target)), { recursive: true });
  cpSync(source, join(folder, target));
  await addLibraries(folder, source);
}

/** @throws Error when this machine has none */
export function program(name: string): string {
  const path = findServer(name);
  if (path === null) throw new Error(`no ${name} on this machine`);
  return path;
}

/** A folder of this machine, with the libraries of the shared objects in it. */
export async function addFolder(folder: string, source: string, options: { target?: string; leaveOut?: RegExp } = {}): Promise<void> {
  const target = options.target ?? source;
  mkdirSync(dirname(join(folder, target)), { recursive: true });
  cpSync(source, join(folder, target), { recursive: true, dereference: true, filter: (path) => options.leaveOut?.test(path.slice(source.length)) !== true && (existsSync(path) || lstatSync(path).isFile()) });
  for (const object of sharedObjects(source)) await addLibraries(folder, object);
}

function sharedObjects(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.so(?:\.\d+)*$/.test(basename(name)))
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path));
}

/** What native packages load beside what the program itself does, as every Debian image has it. */
export async function addRuntime(folder: string): Promise<void> {
  const { stdout } = await outcomeOf('/sbin/ldconfig', ['-p']);
  const wanted = /^\s*(?:librt|libresolv|libutil|libdl|libpthread|libnss_dns|libnss_files|libgcc_s|libstdc\+\+)\.so\.\d+ \(libc6,(?:x86-64|AArch64)[^)]*\) => (\S+)$/gm;
  for (const [, library] of stdout.matchAll(wanted)) {
    if (library === undefined || existsSync(join(folder, library))) continue;
    mkdirSync(dirname(join(folder, library)), { recursive: true });
    cpSync(realpathSync(library), join(folder, library));
  }
}

async function addLibraries(folder: string, path: string): Promise<void> {
  const { stdout } = await outcomeOf('ldd', [path]);
  for (const [, library] of stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)) {
    if (library === undefined || existsSync(join(folder, library))) continue;
    mkdirSync(dirname(join(folder, library)), { recursive: true });
    cpSync(realpathSync(library), join(folder, library));
  }
}
