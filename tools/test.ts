/** `npm test [-- VITEST ARGUMENTS]`: everything that must hold, on any machine; with CI=true nothing may be skipped. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareMachine } from './prepare-machine.ts';
import { runCommand } from './run-command.ts';
import { readTestCounts } from './test-counts.ts';

const root = join(import.meta.dirname, '..');
const inCi = process.env['CI'] === 'true';
const scratch = mkdtempSync(join(tmpdir(), 'tidewatch-test-'));
const resultFile = join(scratch, 'vitest.json');
const say = (line: string): void => console.log(line);

const checks: readonly (readonly [name: string, program: string, args: readonly string[]])[] = [
  ['types', 'tsc', ['--noEmit']],
  ['lint', 'eslint', ['.']],
  ['import law', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'log-processor', 'energy-exporter', 'tools', 'test']],
  ['tests', 'vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`, ...process.argv.slice(2)]],
];

const missing = await prepareMachine(say);
const failures: string[] = missing.length > 0 && inCi ? [`machine: ${missing.join('; ')}`] : [];
const summary: string[] = [];

for (const [name, program, args] of checks) {
  say(`\n== ${name}: ${program} ${args[0] ?? ''}`);
  const startMs = performance.now();
  const code = await runCommand(join(root, 'node_modules', '.bin', program), args, { cwd: root });
  summary.push(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
  if (code !== 0) failures.push(name);
}

const counts = readTestCounts(existsSync(resultFile) ? readFileSync(resultFile, 'utf8') : '');
rmSync(scratch, { recursive: true, force: true });
if (counts === null) failures.push('vitest left no result');
if (inCi && counts !== null && counts.skipped > 0) failures.push(`${counts.skipped} tests were skipped, which CI=true does not allow`);

say(`\n${summary.join('\n')}`);
for (const what of missing) say(`SKIPPED what needs ${what}`);
for (const failure of failures) say(`FAILED: ${failure}`);
if (counts !== null) say(`tests: ${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`);
process.exitCode = failures.length === 0 ? 0 : 1;
