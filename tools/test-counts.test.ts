/** The last line of `npm test` must tell the truth also when vitest did not get far. */
import { describe, expect, test } from 'vitest';
import { readTestCounts } from './test-counts.ts';

const result = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [] as unknown[] };

describe('test counts', () => {
  test('skipped and todo tests are both called skipped', () => {
    expect(readTestCounts(JSON.stringify(result))).toEqual({ passed: 7, failed: 1, skipped: 3 });
  });
  test('a file that could not be loaded is a failure although none of its tests ran', () => {
    const torn = { ...result, numFailedTests: 0, testResults: [{ status: 'failed', assertionResults: [] }, { status: 'passed', assertionResults: [{}] }] };
    expect(readTestCounts(JSON.stringify(torn))?.failed).toBe(1);
  });
  test.each(['', '{"numPassedTests":', '[]', '{"numPassedTests":"7"}'])('no result is no count: %s', (json) => {
    expect(readTestCounts(json)).toBeNull();
  });
});
