/** Gives one object for one value of a field, so that what is learnt of it on one line is known on the next, whichever path, agent or address brought it. */
import { rememberRecent } from './steps/recent.ts';
import { Value } from './vocabulary.ts';
import type { FoldedField } from './vocabulary.ts';

/** Values remembered of one field at most. */
const most = 20_000;

export function rememberValues(): (field: FoldedField, text: string) => Value {
  const of = (field: FoldedField): ((text: string) => Value) => rememberRecent((text) => new Value(field, text), most);
  const fields = { country: of('country'), path: of('path'), referrer: of('referrer'), family: of('family') };
  return (field, text) => fields[field](text);
}
