/** Reads how many tests passed, failed and were skipped out of vitest's own JSON result, so that the last line of a run is what happened. */

export type TestCounts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Null when the text is no result. A test file that could not be loaded at all counts as one failure, because its tests are in no number. */
export function readTestCounts(json: string): TestCounts | null {
  const result = parse(json);
  if (result === null) return null;
  const [passed, failed, pending, todo] = ['numPassedTests', 'numFailedTests', 'numPendingTests', 'numTodoTests'].map((key) => result[key]);
  if (typeof passed !== 'number' || typeof failed !== 'number' || typeof pending !== 'number' || typeof todo !== 'number') return null;
  return { passed, failed: failed + filesNotLoaded(result['testResults']), skipped: pending + todo };
}

function filesNotLoaded(files: unknown): number {
  if (!Array.isArray(files)) return 0;
  return files.filter((file: unknown) => isObject(file) && file['status'] === 'failed' && Array.isArray(file['assertionResults']) && file['assertionResults'].length === 0)
    .length;
}

function parse(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null; // vitest died before it could write: the caller reports that
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
