/**
 * `npm run images`: writes compose.lock.yaml, in which every official image of compose.yaml and every base image of a Dockerfile has its digest.
 * It asks Docker, which has to be able to pull. `npm run images -- --check` only compares, and ends with 1 where the lock is stale or has gaps.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { baseImages, lockMistakes, lockText, serviceImages } from './images/lock.ts';
import { outputOf, runCommand } from './run-command.ts';

const checkout = resolve(import.meta.dirname, '..');
const lockPath = join(checkout, 'compose.lock.yaml');
const read = (name: string): string => readFileSync(join(checkout, name), 'utf8');

/** Null where Docker cannot say: nothing to pull from, or an image that was built or imported here. */
async function digestOf(image: string): Promise<string | null> {
  if ((await runCommand('docker', ['pull', '--quiet', image], { onLine: (line) => console.error(`docker: ${line}`) })) !== 0) return null;
  const repositories = await outputOf('docker', ['image', 'inspect', '--format', '{{join .RepoDigests "\\n"}}', image]);
  return /@(sha256:[0-9a-f]{64})$/m.exec(repositories ?? '')?.[1] ?? null;
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const images = { services: serviceImages(read('compose.yaml')), bases: baseImages({ 'NODE_IMAGE': read('Dockerfile'), 'PYTHON_IMAGE': read('platform/Dockerfile') }) };
if (values.check) {
  const { mistakes, gaps } = lockMistakes(read('compose.lock.yaml'), images);
  for (const line of [...mistakes, ...gaps]) console.error(`images: ${line}`);
  process.exitCode = mistakes.length + gaps.length > 0 ? 1 : 0;
} else {
  const digests = new Map<string, string | null>();
  for (const image of new Set([...Object.values(images.services), ...Object.values(images.bases)])) digests.set(image, await digestOf(image));
  writeFileSync(lockPath, lockText(images, digests));
  const unknown = [...digests].filter(([, digest]) => digest === null).map(([image]) => image);
  for (const image of unknown) console.error(`images: no digest could be read for ${image}`);
  console.log(`images: wrote compose.lock.yaml with ${digests.size - unknown.length} of ${digests.size} digests`);
  process.exitCode = unknown.length > 0 ? 1 : 0;
}
