/** Puts what the schema refuses into one sentence a person can act on: what is wrong and what was expected. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** `listen_port: it is text; expected a whole number`. */
export const mistakeText = (issue: Issue): string => `${keyOf(issue.path)}: ${saying(issue)}`;

const keyOf = (path: readonly PropertyKey[]): string => (path.length === 0 ? 'the whole file' : path.map(String).join('.'));

function saying(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return `unknown setting ${issue.keys.join(', ')}; expected one of docs/configuration.md`;
  if (issue.code === 'invalid_value') return `expected ${listed(issue.values.map(String))}`;
  if (issue.code === 'too_small' && isNumber(issue.origin)) return issue.inclusive === false ? `expected more than ${issue.minimum}` : `expected ${issue.minimum} or more`;
  if (issue.code === 'too_big' && isNumber(issue.origin)) return `expected ${issue.maximum} or less`;
  // Where the library has no words of its own the schema says what it wants.
  return (issue.code === 'invalid_type' ? wrongType(issue) : null) ?? `expected ${issue.message}`;
}

const isNumber = (origin: string): boolean => origin === 'number' || origin === 'int';

const wanted: Readonly<Record<string, string>> = {
  string: 'text', number: 'a whole number', int: 'a whole number', boolean: 'true or false', array: 'a list ([a, b], or one entry a line after a dash)', object: 'settings (name: value)',
}; // prettier-ignore

const found: Readonly<Record<string, string>> = {
  undefined: 'it is missing', null: 'it has no value', string: 'it is text', number: 'it is a number', boolean: 'it is true or false', array: 'it is a list', object: 'it is settings (name: value)',
}; // prettier-ignore

function wrongType({ expected, message }: Pick<z.core.$ZodIssueInvalidType, 'expected' | 'message'>): string | null {
  const received = /^Invalid input.* received (\w+)$/.exec(message)?.[1];
  if (received === undefined) return null;
  const isScalar = received === 'number' || received === 'boolean';
  const hint = expected === 'string' && isScalar ? ' (in quotes)' : '';
  const is = expected === 'int' && received === 'number' ? 'it is no whole number' : (found[received] ?? 'it is no such thing');
  return `${is}; expected ${wanted[expected] ?? expected}${hint}`;
}

/** `json, combined or common`. */
const listed = (values: readonly string[]): string => (values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`);
