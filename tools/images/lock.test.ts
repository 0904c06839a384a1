/** The lock names exactly the images that are used, and a gap or another version in it is seen. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { outcomeOf } from '../../test/docker/outcome.ts';
import { findServer } from '../find-server.ts';
import { baseImages, lockMistakes, lockText, serviceImages } from './lock.ts';

const checkout = resolve(import.meta.dirname, '..', '..');
const read = (name: string): string => readFileSync(join(checkout, name), 'utf8');
const images = { services: serviceImages(read('compose.yaml')), bases: baseImages({ NODE_IMAGE: read('Dockerfile'), PYTHON_IMAGE: read('platform/Dockerfile') }) };
const all = [...new Set([...Object.values(images.services), ...Object.values(images.bases)])];
const digestOf = (index: number): string => `sha256:${String(index).padStart(64, '0')}`;
const filled = lockText(images, new Map(all.map((image, index) => [image, digestOf(index)])));
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the shipped lock names exactly the images of compose.yaml and the Dockerfiles', () => {
  expect(lockMistakes(read('compose.lock.yaml'), images).mistakes).toEqual([]);
});

test('a lock that is filled has no gap; one image without a digest is a gap that is named in the file, too', () => {
  expect(lockMistakes(filled, images)).toEqual({ mistakes: [], gaps: [] });
  const half = lockText(images, new Map(all.map((image, index) => [image, index === 0 ? null : digestOf(index)])));
  expect(lockMistakes(half, images)).toEqual({ mistakes: [], gaps: [`${all[0] ?? ''} has no digest yet`] });
  expect(half).toContain(`#   ${all[0] ?? ''}\n`);
});

test('another version in compose.yaml, a service that is gone and one that is new are seen', () => {
  const { loki = '', ...others } = images.services;
  expect(lockMistakes(filled, { ...images, services: { ...images.services, loki: 'grafana/loki:9.9.9' } }).mistakes).toEqual([`loki: the lock has ${loki}@${digestOf(all.indexOf(loki))}, compose.yaml and the Dockerfiles say grafana/loki:9.9.9`]);
  expect(lockMistakes(filled, { ...images, services: others }).mistakes).toEqual(['loki: it is in the lock, and no service of compose.yaml']);
  expect(lockMistakes(filled, { ...images, services: { ...images.services, tempo: 'a:1.0.0' } }).mistakes[0]).toContain('tempo: the lock has nothing');
});

const compose = findServer('docker-compose');
test.skipIf(compose === null && process.env['CI'] !== 'true')('Compose uses it: every official image has its digest, and our own are built from a locked base', async () => {
  const lock = join(folder, 'compose.lock.yaml');
  writeFileSync(lock, filled);
  const words = ['-f', join(checkout, 'compose.yaml'), '-f', lock, '--profile', '*', 'config'];
  const { stdout } = await outcomeOf(compose ?? 'docker-compose', [...words, '--images']);
  const named = stdout.split('\n').filter((image) => image !== '' && !image.startsWith('tidewatch/'));
  expect(named).toHaveLength(10);
  for (const image of named) expect(image).toMatch(/:v?\d[^@]*@sha256:\d{64}$/);
  const whole = (await outcomeOf(compose ?? 'docker-compose', words)).stdout;
  expect(whole.match(/NODE_IMAGE: node:\S+@sha256:\d{64}/g)).toHaveLength(4);
  expect(whole.match(/PYTHON_IMAGE: python:\S+@sha256:\d{64}/g)).toHaveLength(1);
});
