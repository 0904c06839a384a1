/** Which parser reads which format: the one place that knows the names an operator may configure. */
import type { Request, Unread } from '../record.ts';
import { parseCombined, parseCommon } from './parse-combined.ts';
import { parseJson } from './parse-json.ts';

export const lineFormats = ['json', 'combined', 'common'] as const;
export type LineFormat = (typeof lineFormats)[number];

/** Reads one decoded line; the reason where it holds no request. Never throws. */
export type LineParser = (line: string) => Request | Unread;

const parsers: Readonly<Record<LineFormat, LineParser>> = { json: parseJson, combined: parseCombined, common: parseCommon };

/** The parser of a configured format. */
export function parserFor(format: LineFormat): LineParser {
  return parsers[format];
}
