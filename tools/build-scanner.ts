/** Compiles log-processor/scanner with AssemblyScript: `npm run generate` writes what comes out, and a test holds that it is fresh. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const options = ['-O3', '--converge', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--initialMemory', '1'];

/** Runs the compiler's own program: its types would change those of the whole project. @throws Error with what the compiler says */
export function compileScanner(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-scanner-'));
  try {
    const compiled = join(folder, 'scan.wasm');
    const compiler = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
    execFileSync(process.execPath, [compiler, join('log-processor', 'scanner', 'scan.ts'), '--outFile', compiled, ...options], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    return readFileSync(compiled);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
