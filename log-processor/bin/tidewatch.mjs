#!/usr/bin/env node
// Runs the program on the pinned Node, whatever Node started this.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
const node = existsSync(pinned) ? pinned : process.execPath;
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, 'log-processor', 'src', 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
// The terminal sends Ctrl-C to both; anything else is passed on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
