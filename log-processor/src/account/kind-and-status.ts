/** Numbers for the kind and the status class of a line, because they are the cell in which every line is counted. */
import type { Kind } from '../record.ts';

/** `other` is a status below 100 or above 599. */
export const statusClasses = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** A place in `statusClasses`. */
export function statusNumber(status: number): number {
  return status >= 100 && status <= 599 ? Math.floor(status / 100) : 0;
}

/** A place in `kinds`: written out, because a search through the list on every line costs more than all the counting. */
export function kindNumber(kind: Kind): number {
  switch (kind) {
    case 'page':
      return 0;
    case 'asset':
      return 1;
    case 'api':
      return 2;
    case 'feed':
      return 3;
    case 'health':
      return 4;
    case 'other':
      return 5;
  }
}
