import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generated } from '../tools/generate.ts';

test.each([...generated()])('%s is what `npm run generate` writes now', (path, content) => {
  const written = readFileSync(join(import.meta.dirname, '..', path));
  expect(written.equals(content), 'run `npm run generate` and commit what it writes').toBe(true);
});
