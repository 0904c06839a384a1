/** Which values may be shown: a country, path, referrer or family appears only once k clients had it, so that nobody stands alone. */
import type { Put } from './record.ts';

export const foldedFields = ['country', 'path', 'referrer', 'family'] as const;
export type FoldedField = (typeof foldedFields)[number];

/** One field of an epoch: the values everybody may see, and those that still wait for their k-th client. */
type Words = { readonly shown: Set<string>; readonly waiting: Map<string, string[]> };
type Epoch = { readonly site: string; readonly day: string; readonly fields: Record<FoldedField, Words>; size: number };

/** Values that name nobody and are never folded. */
const nobody = new Set(['other', 'unknown', '(none)', 'direct', 'internal']);

/** Most values remembered for one site and epoch; beyond it the oldest value not yet shown gives way. */
const maxValues = 10_000;
const prefix = 'word/';

export type Vocabulary = {
  /**
   * True when the value may be shown on this line: at least k distinct browser clients had it in this epoch or in the one before.
   * A browser line (`client` given) is counted first, so the k-th client is the first to see it shown.
   */
  show(line: { site: string; day: string; dayBefore: string; client: string | null }, field: FoldedField, value: string): boolean;
  /** True when k clients had it in this very epoch: what a day's receipt may name. */
  shownInDay(site: string, day: string, field: FoldedField, value: string): boolean;
  /** Forgets every epoch of a site up to and including this day. */
  forget(site: string, day: string): void;
  takeChanges(): Put[];
};

/**
 * @param options.threshold k, the number of distinct clients
 * @param options.always values the operator chose to show, by site
 * @param options.entries what an earlier `takeChanges` gave
 */
export function createVocabulary(options: {
  threshold: number;
  always: (site: string, value: string) => boolean;
  entries: Iterable<readonly [string, string]>;
}): Vocabulary {
  const epochs = new Map<string, Epoch>();
  const dirty = new Map<string, string | null>();

  const epochOf = (site: string, day: string): Epoch => {
    const name = `${site}/${day}`;
    let epoch = epochs.get(name);
    if (epoch === undefined) {
      epoch = { site, day, size: 0, fields: { country: words(), path: words(), referrer: words(), family: words() } };
      epochs.set(name, epoch);
    }
    return epoch;
  };

  const keyOf = (epoch: Epoch, field: FoldedField, value: string): string => `${prefix}${epoch.site}/${epoch.day}/${field}/${value}`;

  for (const [key, stored] of options.entries) {
    const [site = '', day = '', field = '', ...rest] = key.slice(prefix.length).split('/');
    if (!isField(field)) continue; // not ours: another room's key
    const epoch = epochOf(site, day);
    const value = rest.join('/');
    if (stored === 'shown') epoch.fields[field].shown.add(value);
    else epoch.fields[field].waiting.set(value, stored.split(','));
    epoch.size += 1;
  }

  /** Makes room for one more value: the oldest that still waits goes, so that a flood of made-up paths cannot shut real ones out. */
  const makeRoom = (epoch: Epoch): boolean => {
    for (const field of foldedFields) {
      const oldest = epoch.fields[field].waiting.keys().next();
      if (oldest.done === true) continue;
      epoch.fields[field].waiting.delete(oldest.value);
      dirty.set(keyOf(epoch, field, oldest.value), null);
      epoch.size -= 1;
      return true;
    }
    return false;
  };

  const learn = (epoch: Epoch, field: FoldedField, value: string, client: string): void => {
    const { shown, waiting } = epoch.fields[field];
    if (shown.has(value)) return;
    const clients = waiting.get(value) ?? [];
    if (clients.includes(client)) return;
    if (clients.length === 0) {
      if (epoch.size >= maxValues && !makeRoom(epoch)) return;
      epoch.size += 1;
      waiting.set(value, clients);
    }
    clients.push(client);
    const enough = clients.length >= options.threshold;
    if (enough) {
      waiting.delete(value);
      shown.add(value);
    }
    dirty.set(keyOf(epoch, field, value), enough ? 'shown' : clients.join(','));
  };

  const shownInDay = (site: string, day: string, field: FoldedField, value: string): boolean =>
    nobody.has(value) || options.always(site, value) || epochs.get(`${site}/${day}`)?.fields[field].shown.has(value) === true;

  return {
    show(line, field, value) {
      if (line.client !== null && !nobody.has(value)) learn(epochOf(line.site, line.day), field, value, line.client);
      return shownInDay(line.site, line.day, field, value) || shownInDay(line.site, line.dayBefore, field, value);
    },
    shownInDay,
    forget(site, day) {
      for (const [name, epoch] of epochs) {
        if (epoch.site !== site || epoch.day > day) continue;
        for (const field of foldedFields) {
          const { shown, waiting } = epoch.fields[field];
          for (const value of [...shown, ...waiting.keys()]) dirty.set(keyOf(epoch, field, value), null);
        }
        epochs.delete(name);
      }
    },
    takeChanges() {
      const changes = [...dirty];
      dirty.clear();
      return changes;
    },
  };
}

const words = (): Words => ({ shown: new Set(), waiting: new Map() });

const isField = (text: string): text is FoldedField => foldedFields.some((field) => field === text);
