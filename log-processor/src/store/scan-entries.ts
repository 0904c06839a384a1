/** Walks the entries under a prefix in key order, a page at a time: memory stays flat, and a commit in between breaks no cursor. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { textOf } from './sqlite-row.ts';

const pageRows = 1000;

/** Key order is that of the UTF-8 bytes. */
export function* scanEntries(database: DatabaseSync, prefix: string): Generator<readonly [key: string, value: string]> {
  let page = rows(database.prepare('SELECT key, value FROM entry WHERE key >= ? ORDER BY key LIMIT ?'), prefix);
  const next = database.prepare('SELECT key, value FROM entry WHERE key > ? ORDER BY key LIMIT ?');
  while (page.length > 0) {
    for (const row of page) {
      if (!row[0].startsWith(prefix)) return;
      yield row;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    page = rows(next, last[0]);
  }
}

function rows(statement: StatementSync, from: string): readonly (readonly [string, string])[] {
  return statement.all(from, pageRows).map((row) => [textOf(row['key']), textOf(row['value'])] as const);
}
