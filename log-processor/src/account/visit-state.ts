/** One open visit part as an entry of the durable state, and back. */
import type { Put } from '../record.ts';
import { jsonText } from './json-text.ts';
import { col, flag, txt, type Part, type PartRows } from './part-rows.ts';
import { StateFields } from './state-fields.ts';
import { toDevice, type VisitPart } from './visit-part.ts';

export const visitPrefix = 'visit/';

export function partKey(rows: PartRows, part: Part): string {
  return `${visitPrefix}${rows.text(part, txt.token)}/${rows.number(part, col.createdMs)}`;
}

/**
 * A JSON array; token and creation are in the key, tokens are hexadecimal and never kept as texts that come again, and instants are milliseconds since the creation, because short numbers are written fast.
 * Behind the fields of every part come those of one with page views, and last the inputs of a part that has lines of several.
 */
export function writePart(rows: PartRows, part: Part): Put {
  const number = (column: Parameters<PartRows['number']>[1]): number => rows.number(part, column);
  const text = (column: Parameters<PartRows['text']>[1]): string => jsonText(rows.text(part, column));
  const createdMs = number(col.createdMs);
  const earlier = rows.text(part, txt.earlier);
  const signs = number(col.flags) & (flag.asset | flag.robotsTxt | flag.bot);
  let value =
    `[${text(txt.site)},${earlier === '' ? 'null' : `"${earlier}"`},${number(col.startMs) - createdMs},${number(col.startLine)}` +
    `,${number(col.endMs) - createdMs},${number(col.endLine)},${number(col.requests)},${number(col.bytes)},${number(col.serverMs)},${signs}` +
    `,${text(txt.referrerHost)},${text(txt.country)},${text(txt.family)},${text(txt.os)},${text(txt.device)},${text(txt.startInput)},${number(col.pageViews)}`;
  if (number(col.pageViews) > 0) {
    value +=
      `,${number(col.entryMs) - createdMs},${number(col.entryLine)},${text(txt.entryPath)},${text(txt.entryReferrer)}` +
      `,${number(col.exitMs) - createdMs},${number(col.exitLine)},${text(txt.exitPath)}`;
  }
  if (hasSeveralInputs(rows, part)) value += `,${text(txt.endInput)},${text(txt.entryInput)},${text(txt.exitInput)}`;
  return [partKey(rows, part), `${value}]`];
}

/** @throws Error naming the entry when it is not what `writePart` wrote */
export function readPart(key: string, value: string): VisitPart {
  const fields = new StateFields(key, value);
  const [, token = '', created = ''] = key.split('/');
  const createdMs = Number(created);
  const text = (): string => fields.text();
  const number = (): number => fields.number();
  const instant = (): number => fields.number() + createdMs;
  const always = {
    site: text(), token, earlier: fields.textOrNull(), createdMs, startMs: instant(), startLine: number(),
    endMs: instant(), endLine: number(), requests: number(), bytes: number(), serverMs: number(), ...readSigns(number()),
    referrerHost: text(), country: text(), family: text(), os: text(), device: toDevice(text()), startInput: text(), pageViews: number(),
  }; // prettier-ignore
  const { startMs: entryMs, startLine: entryLine, pageViews, referrerHost: entryReferrer } = always;
  const views = pageViews > 0
    ? { entryMs: instant(), entryLine: number(), entryPath: text(), entryReferrer: text(), exitMs: instant(), exitLine: number(), exitPath: text() }
    : { entryMs, entryLine, entryPath: '', entryReferrer, exitMs: entryMs, exitLine: entryLine, exitPath: '' }; // prettier-ignore
  const [endInput, entryInput, exitInput] = fields.done ? [always.startInput, always.startInput, always.startInput] : [text(), text(), text()];
  return { ...always, ...views, endInput, entryInput, exitInput };
}

function hasSeveralInputs(rows: PartRows, part: Part): boolean {
  const input = rows.text(part, txt.startInput);
  return input !== rows.text(part, txt.endInput) || input !== rows.text(part, txt.entryInput) || input !== rows.text(part, txt.exitInput);
}

function readSigns(signs: number): Pick<VisitPart, 'hasAsset' | 'hasRobotsTxt' | 'agentClass'> {
  return { hasAsset: (signs & flag.asset) !== 0, hasRobotsTxt: (signs & flag.robotsTxt) !== 0, agentClass: (signs & flag.bot) !== 0 ? 'bot' : 'browser' };
}
