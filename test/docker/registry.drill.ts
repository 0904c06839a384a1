/**
 * Digests, against a real registry (Debian's docker-registry, as the mirror of Docker Hub): `npm run images` fills the lock, Compose takes what is
 * locked and nothing else, and locked images are carried to a machine without a registry. Kepler's comes from elsewhere, so its gap is told.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findServer } from '../../tools/find-server.ts';
import { baseImages, lockMistakes, serviceImages } from '../../tools/images/lock.ts';
import { until } from './answers.ts';
import { checkout, freePort } from './compose-stack.ts';
import { dockerPath, startDaemon, whyNoDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { mustRun, outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';

const why = whyNoDaemon() ?? (findServer('docker-registry') === null ? 'apt-get install docker-registry' : null);
if (why !== null) process.stderr.write(`SKIPPED: digests out of a registry (${why})\n`);
const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

describe.skipIf(why !== null)('with a registry', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-registry-'));
  const copy = join(folder, 'checkout');
  const images = { services: serviceImages(read(checkout, 'compose.yaml')), bases: baseImages({ NODE_IMAGE: read(checkout, 'Dockerfile'), PYTHON_IMAGE: read(checkout, 'platform/Dockerfile') }) };
  const ofHub = [...new Set([...Object.values(images.services), ...Object.values(images.bases)])].filter((image) => !image.startsWith('quay.io/'));
  let [port, daemon, registry]: [number, Daemon | null, ChildProcess | null] = [0, null, null];
  const env = (): Record<string, string> => ({ DOCKER_HOST: daemon?.host ?? '', DOCKER_CONFIG: join(folder, 'client'), DOCKER_BUILDKIT: '0' });
  const docker = (...args: string[]): Promise<string> => mustRun(dockerPath(), args, { env: env() });
  const files = ['compose.yaml', 'compose.lock.yaml'];
  const composeWords = (names: readonly string[]): string[] => [findServer('docker-compose') ?? 'docker-compose', '--env-file', '/dev/null', ...names.flatMap((name) => ['-f', name])];
  const compose = (names: readonly string[], ...args: string[]): Promise<Outcome> => outcomeOf(composeWords(names)[0] ?? '', [...composeWords(names).slice(1), ...args], { cwd: copy, env: env() });
  const script = (names: readonly string[], ...args: string[]): Promise<Outcome> => outcomeOf('/bin/sh', ['setup/images.sh', ...args], { cwd: copy, env: { ...env(), COMPOSE: composeWords(names).join(' '), DOCKER: dockerPath() } });
  const serviceImageOf = (name: string): string => new RegExp(`^  ${name}:$[^]*?^    image: (\\S+)$`, 'm').exec(read(copy, 'compose.yaml'))?.[1] ?? '';
  const idOf = async (image: string): Promise<string> => (await docker('image', 'inspect', '--format', '{{.Id}}', image)).trim();
  const atHome = (image: string): string => `127.0.0.1:${port}/${image.includes('/') ? '' : 'library/'}${image}`;
  /** An image of one file under this name. */
  const make = async (image: string, text: string): Promise<void> => {
    const root = mkdtempSync(join(folder, 'root-'));
    writeFileSync(join(root, 'text'), text);
    await mustRun('/bin/sh', ['-c', `tar -C ${root} -c . | ${dockerPath()} import - ${image}`], { env: env() });
  };
  const push = async (image: string, text: string): Promise<void> => {
    await make(atHome(image), text);
    await docker('push', '--quiet', atHome(image));
    await docker('rmi', '--force', atHome(image));
  };

  beforeAll(async () => {
    port = await freePort();
    writeFileSync(join(folder, 'registry.yaml'), `version: 0.1\nstorage: { filesystem: { rootdirectory: ${join(folder, 'store')} } }\nhttp: { addr: '127.0.0.1:${port}' }\n`);
    registry = spawn(findServer('docker-registry') ?? '', ['serve', join(folder, 'registry.yaml')], { stdio: 'ignore' });
    await until('the registry answers', 30, async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).ok);
    mkdirSync(join(folder, 'client'));
    daemon = await startDaemon(join(folder, 'daemon'), { 'registry-mirrors': [`http://127.0.0.1:${port}`] });
    for (const name of ['tools', 'setup', 'platform', 'compose.yaml', 'compose.lock.yaml', 'Dockerfile', 'package.json']) cpSync(join(checkout, name), join(copy, name), { recursive: true });
    symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'));
    for (const image of ofHub) await push(image, image);
  }, 300_000);
  afterAll(async () => {
    registry?.kill('SIGTERM');
    await daemon?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test('one command fills the lock with what the registry says, and names what it could not have', async () => {
    const { code, stderr } = await outcomeOf(process.execPath, ['tools/lock-images.ts'], { cwd: copy, env: env() });
    const lock = read(copy, 'compose.lock.yaml');
    const elsewhere = Object.values(images.services).filter((image) => !ofHub.includes(image));
    expect([code, lockMistakes(lock, images)]).toEqual([elsewhere.length === 0 ? 0 : 1, { mistakes: [], gaps: elsewhere.map((image) => `${image} has no digest yet`) }]);
    for (const image of elsewhere) expect(stderr).toContain(`no digest could be read for ${image}`);
    for (const image of ofHub) {
      const [name = '', tag = ''] = image.split(':');
      const answer = await fetch(`http://127.0.0.1:${port}/v2/${name.includes('/') ? '' : 'library/'}${name}/manifests/${tag}`, { method: 'HEAD', headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json' } });
      expect(lock).toContain(`${image}@${answer.headers.get('docker-content-digest') ?? 'no digest'}`);
    }
    expect((await outcomeOf(process.execPath, ['tools/lock-images.ts', '--check'], { cwd: copy })).code).toBe(elsewhere.length === 0 ? 0 : 1);
  });

  test('an image that was changed under its name is not taken, and a digest that nobody has ends the pulling', async () => {
    const { nginx = '' } = images.services;
    const locked = /image: (nginx:\S+@sha256:\w+)/.exec(read(copy, 'compose.lock.yaml'))?.[1] ?? '';
    const before = await idOf(locked);
    await docker('rmi', '--force', nginx, locked);
    await push(nginx, 'something else under the same name');
    await compose(['compose.yaml'], 'pull', '--quiet', 'nginx');
    expect(await idOf(nginx)).not.toBe(before); // without the lock it would have come in
    await docker('rmi', '--force', nginx);
    expect((await compose(files, 'pull', '--quiet', 'nginx')).code).toBe(0);
    expect(await idOf(locked)).toBe(before);
    writeFileSync(join(copy, 'nobody.yaml'), `services: { nginx: { image: '${nginx}@sha256:${'0'.repeat(64)}' } }\n`);
    expect((await compose(['compose.yaml', 'nobody.yaml'], 'pull', '--quiet', 'nginx')).code).not.toBe(0);
  });

  test('what somebody else has on Docker Hub under the name of an image of ours is not taken: ours is built', async () => {
    const own = serviceImageOf('setup');
    await push(own, 'of somebody else');
    mkdirSync(join(copy, 'ours'));
    writeFileSync(join(copy, 'ours', 'Dockerfile'), 'FROM scratch\nLABEL whose=ours\nCOPY Dockerfile /\n');
    writeFileSync(join(copy, 'ours.yaml'), 'services: { setup: { build: { context: ./ours } } }\n');
    const created = await compose(['compose.yaml', 'ours.yaml'], 'create', 'setup');
    expect([created.code, created.code === 0 ? '' : created.stderr]).toEqual([0, '']);
    expect((await docker('image', 'inspect', '--format', '{{.Config.Labels.whose}}', own)).trim()).toBe('ours');
    await compose(['compose.yaml', 'ours.yaml'], 'down', '--volumes');
    await docker('rmi', '--force', own);
  });

  test('images that were pulled by their digests are there by their names on a machine without a registry; an archive that was changed is not loaded', async () => {
    const wanted = (await compose(['compose.yaml'], 'config', '--images')).stdout.split('\n').filter(Boolean);
    for (const own of wanted.filter((image) => image.startsWith('tidewatch/'))) await make(own, own);
    expect((await compose(files, 'pull', '--quiet', '--ignore-buildable')).code).toBe(0);
    const locked = (await compose(files, 'config', '--images')).stdout.split('\n').filter(Boolean);
    const ids = new Map(await Promise.all(locked.map(async (image) => [image.replace(/@.*/, ''), await idOf(image)] as const)));
    const archive = join(folder, 'images.tar.gz');
    const saved = await script(files, 'save', archive);
    expect([saved.code, saved.stderr]).toEqual([0, '']);
    expect(saved.stdout).toContain('leave compose.lock.yaml out');
    await docker('rmi', '--force', ...(await docker('images', '--quiet', '--no-trunc')).split('\n').filter(Boolean));
    registry?.kill('SIGTERM');
    expect((await script(['compose.yaml'], 'load', archive)).code).toBe(0);
    for (const image of wanted) expect([image, await idOf(image)]).toEqual([image, ids.get(image)]);
    writeFileSync(`${archive}.sha256`, `${'0'.repeat(64)}  images.tar.gz\n`);
    expect((await script(['compose.yaml'], 'load', archive)).stderr).toContain('is not what its sum says');
  });
});
