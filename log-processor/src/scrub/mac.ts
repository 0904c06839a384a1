/** MAC addresses: the number of one device, with the usual separators or as twelve digits. */
import { behind, replaceWhere } from './pattern.ts';
import type { Pattern } from './pattern.ts';

const hex = '[0-9a-fA-F]';
const pairs = `${hex}{2}([:_-])${hex}{2}(?:\\1${hex}{2}){4}(?:\\1${hex}{2}){0,2}`;
const quads = `${hex}{4}\\.${hex}{4}\\.${hex}{4}`;
// the end of a UUID is none
const bare = `(?<!-${hex}{4}-)${hex}{12}`;
const expression = new RegExp(`${behind('0-9a-zA-Z:')}(?:${pairs}|${quads}|${bare})(?![0-9a-zA-Z:])`, 'g');
const dateAndTime = /^[0-9]{2}([-_:])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])\1(?:[01][0-9]|2[0-3])\1[0-5][0-9]\1[0-5][0-9]$/;

/** Six or eight pairs, three groups of four, or twelve digits of which some are letters; 26-01-15-12-30-45 is a date with its time. */
export const mac: Pattern<'mac'> = {
  name: 'mac',
  mayHit: (traits) => traits.colons >= 5 || traits.dashes >= 5 || (traits.digits > 0 && (traits.dots >= 2 || traits.longestRun >= 12)),
  replace: (text, mark) =>
    replaceWhere(text, expression, (match) => {
      const isPlain = /^[0-9]+$/.test(match) || /^[a-fA-F]+$/.test(match);
      return isPlain || dateAndTime.test(match) ? null : mark();
    }),
};
