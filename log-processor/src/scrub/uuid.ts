/** UUIDs in their usual spelling with hyphens: they name one thing, often one person. RFC 9562 section 4. */
import type { Pattern } from './pattern.ts';

const expression = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Any version and variant; 32 digits without hyphens are a token. */
export const uuid: Pattern<'uuid'> = {
  name: 'uuid',
  mayHit: (traits) => traits.dashes >= 4 && traits.longestRun >= 12,
  replace: (text, mark) => text.replace(expression, () => mark()),
};
