// How the tests run: real servers need longer than a unit test, so the time-outs are generous and set once.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', '.tools/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Most of a test's time is waiting for a real server, so even a machine of two cores runs two files at once.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
