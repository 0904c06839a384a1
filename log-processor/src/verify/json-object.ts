/** What is kept may have been written by anybody: reads a line as the JSON object that it may be. */

/** A copy of the object; empty for everything else. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {});

/** The object a line is; empty where it is none, or no JSON. */
export function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return objectOf(value);
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
