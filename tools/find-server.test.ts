/** A test that finds the wrong server, or none although one is there, proves the wrong thing or nothing. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findServer } from './find-server.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-path-'));
  vi.stubEnv('PATH', ['', folder, process.env['PATH'] ?? ''].join(delimiter));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('what is first on PATH wins', () => {
  writeFileSync(join(folder, 'nginx'), '#!/bin/sh\n');
  chmodSync(join(folder, 'nginx'), 0o755);
  expect(findServer('nginx')).toBe(join(folder, 'nginx'));
});

test('a file that cannot be run is no server', () => {
  writeFileSync(join(folder, 'tidewatch-no-such-server'), 'text');
  chmodSync(join(folder, 'tidewatch-no-such-server'), 0o644);
  expect(findServer('tidewatch-no-such-server')).toBeNull();
});
