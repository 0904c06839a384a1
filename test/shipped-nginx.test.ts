/** nginx itself reads the shipped nginx.conf and everything it includes, byte for byte, at the paths that they have in the container. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findServer } from '../tools/find-server.ts';
import { outcomeOf } from './docker/outcome.ts';

const checkout = resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'tidewatch-shipped-nginx-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
const canMount = process.platform === 'linux' && spawnSync('unshare', [...asRoot, '--mount', '--net', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp']).status === 0;
const skip = !canMount || (findServer('nginx') === null && process.env['CI'] !== 'true');
if (skip) process.stderr.write('SKIPPED: nginx reads nginx/nginx.conf at its own paths (no nginx here, or no mount space of its own is allowed)\n');

/** In a mount and network space of its own, the folders of the container lie over those of the machine; the start script then checks and starts nginx. */
async function startAt(nginx: string, name: string): Promise<{ code: number; said: string }> {
  const etc = join(scratch, name, 'etc');
  cpSync('/etc/nginx', etc, { recursive: true, dereference: true });
  cpSync(nginx, join(etc, 'tidewatch'), { recursive: true });
  cpSync(join(nginx, 'nginx.conf'), join(etc, 'nginx.conf'));
  for (const folder of ['log/nginx-access', 'log/nginx-errors']) mkdirSync(join(scratch, name, folder), { recursive: true });
  const script = join(scratch, name, 'start.sh');
  // `false` stands in for the running of it: what is wanted is that `nginx -t` passes, and that the script gets as far as that.
  writeFileSync(script, [
    'set -e',
    `mount --bind ${etc} /etc/nginx`,
    `mount --bind ${join(scratch, name, 'log')} /var/log`,
    'mount -t tmpfs tmpfs /tmp',
    'timeout 5 /bin/sh /etc/nginx/tidewatch/start.sh || [ $? = 124 ] || exit 3',
    'nginx -t -c /etc/nginx/nginx.conf',
    'test -s /tmp/nginx/settings.conf',
  ].join('\n')); // prettier-ignore
  const { code, stdout, stderr } = await outcomeOf('unshare', [...asRoot, '--mount', '--net', '/bin/sh', script], { env: { RESOLVER: '127.0.0.1', PATH: `/usr/sbin:${process.env['PATH'] ?? ''}` } });
  return { code, said: stdout + stderr };
}

test.skipIf(skip)('the shipped files pass nginx -t, and nginx starts with them', { timeout: 60_000 }, async () => {
  expect(await startAt(join(checkout, 'nginx'), 'whole')).toEqual({ code: 0, said: expect.stringContaining('test is successful') as unknown });
});

test.skipIf(skip)('and a mistake in an included file would have been seen', { timeout: 60_000 }, async () => {
  const broken = join(scratch, 'broken-nginx');
  cpSync(join(checkout, 'nginx'), broken, { recursive: true });
  writeFileSync(join(broken, 'site.conf'), readFileSync(join(broken, 'site.conf'), 'utf8').replace('proxy_pass http', 'proxy_pas http'));
  const { code, said } = await startAt(broken, 'broken');
  expect(code).not.toBe(0);
  expect(said).toContain('unknown directive "proxy_pas"');
});
