/** Which values may be shown: a country, path, referrer or family appears only once k clients had it, so that nobody stands alone. */
import type { Put } from './record.ts';

export const foldedFields = ['country', 'path', 'referrer', 'family'] as const;
export type FoldedField = (typeof foldedFields)[number];

/** Where and by whom a value was had. `client` is null for lines that help no value: robots, and lines without a key. */
export type Shower = { readonly site: string; readonly day: string; readonly dayBefore: string; readonly client: string | null };

/** A value with its memory: the epoch in which everybody may see it, so that a line that shows it costs no look-up. */
export class Value {
  readonly field: FoldedField;
  readonly text: string;
  /** An `EpochMark`, or null while nothing is known. */
  shownIn: EpochMark | null = null;

  constructor(field: FoldedField, text: string) {
    this.field = field;
    this.text = text;
  }
}

/** Stands for one epoch of one site until it is forgotten. */
export type EpochMark = { readonly site: string; readonly day: string };

export type Vocabulary = {
  /** The mark of an epoch as it is now. */
  epochOf(site: string, day: string): EpochMark;
  /** Sets the value's mark when it is shown in the epoch whatever the line: asked after `show` said true. */
  mark(epoch: EpochMark, value: Value): void;
  /**
   * True when the value may be shown on this line: at least k distinct browser clients had it in this epoch or in the one before.
   * A line with a client is counted first, so the k-th client is the first to see the value shown.
   */
  show(line: Shower, field: FoldedField, value: string): boolean;
  /** True when k clients had it in this very epoch: what a day's receipt may name. */
  shownInDay(site: string, day: string, field: FoldedField, value: string): boolean;
  /** Forgets every epoch of a site up to and including this day. */
  forget(site: string, day: string): void;
  takeChanges(): Put[];
};

/** Keys of the state that belong to the vocabulary. */
export const vocabularyPrefix = 'word/';

/** Most values remembered for one site and epoch; beyond it the oldest value that still waits gives way. */
const maxValues = 10_000;

/** Values that name nobody and are never folded. */
const nobody = new Set(['other', 'unknown', '(none)', 'direct', 'internal']);

/** One field of an epoch: the values everybody may see, and those that still wait for their k-th client. */
type Words = { readonly shown: Set<string>; readonly waiting: Map<string, string[]> };
type Epoch = { readonly site: string; readonly day: string; readonly fields: Record<FoldedField, Words>; size: number };

export type VocabularyOptions = {
  /** k, the number of distinct clients. */
  readonly threshold: number;
  /** Values the operator chose to show, by site. */
  readonly always: (site: string, value: string) => boolean;
  /** What earlier changes left in the state. */
  readonly entries: Iterable<readonly [string, string]>;
};

export const createVocabulary = (options: VocabularyOptions): Vocabulary => new WordsBySite(options);

class WordsBySite implements Vocabulary {
  readonly #options: VocabularyOptions;
  readonly #epochs = new Map<string, Map<string, Epoch>>();
  readonly #dirty = new Map<string, string | null>();
  /** The epoch asked for last. */
  #current: Epoch = emptyEpoch('', '');

  constructor(options: VocabularyOptions) {
    this.#options = options;
    for (const [key, stored] of options.entries) this.#restore(key, stored);
  }

  show(line: Shower, field: FoldedField, value: string): boolean {
    const epoch = this.#current.day === line.day && this.#current.site === line.site ? this.#current : this.#epochOf(line.site, line.day);
    if (epoch.fields[field].shown.has(value) || nobody.has(value)) return true;
    if (line.client !== null) this.#learn(epoch, field, value, line.client);
    return this.shownInDay(line.site, line.day, field, value) || this.#epochs.get(line.site)?.get(line.dayBefore)?.fields[field].shown.has(value) === true;
  }

  epochOf(site: string, day: string): EpochMark {
    return this.#current.day === day && this.#current.site === site ? this.#current : this.#epochOf(site, day);
  }

  mark(epoch: EpochMark, value: Value): void {
    if (nobody.has(value.text) || this.#epochs.get(epoch.site)?.get(epoch.day)?.fields[value.field].shown.has(value.text) === true) value.shownIn = epoch;
  }

  shownInDay(site: string, day: string, field: FoldedField, value: string): boolean {
    return nobody.has(value) || this.#options.always(site, value) || this.#epochs.get(site)?.get(day)?.fields[field].shown.has(value) === true;
  }

  forget(site: string, day: string): void {
    const ofSite = this.#epochs.get(site) ?? new Map<string, Epoch>();
    for (const epoch of ofSite.values()) {
      if (epoch.day > day) continue;
      for (const field of foldedFields) {
        const { shown, waiting } = epoch.fields[field];
        for (const value of [...shown, ...waiting.keys()]) this.#dirty.set(keyOf(epoch, field, value), null);
      }
      ofSite.delete(epoch.day);
      if (this.#current === epoch) this.#current = emptyEpoch('', '');
    }
  }

  takeChanges(): Put[] {
    const changes = [...this.#dirty];
    this.#dirty.clear();
    return changes;
  }

  #epochOf(site: string, day: string): Epoch {
    let ofSite = this.#epochs.get(site);
    if (ofSite === undefined) this.#epochs.set(site, (ofSite = new Map<string, Epoch>()));
    let epoch = ofSite.get(day);
    if (epoch === undefined) ofSite.set(day, (epoch = emptyEpoch(site, day)));
    this.#current = epoch;
    return epoch;
  }

  #learn(epoch: Epoch, field: FoldedField, value: string, client: string): void {
    const { shown, waiting } = epoch.fields[field];
    if (shown.has(value)) return;
    const clients = waiting.get(value) ?? [];
    if (clients.includes(client)) return;
    if (clients.length === 0) {
      if (epoch.size >= maxValues && !this.#makeRoom(epoch)) return;
      epoch.size += 1;
      waiting.set(value, clients);
    }
    clients.push(client);
    const enough = clients.length >= this.#options.threshold;
    if (enough) {
      waiting.delete(value);
      shown.add(value);
    }
    this.#dirty.set(keyOf(epoch, field, value), enough ? 'shown' : clients.join(','));
  }

  /** The oldest value that still waits goes, so that a flood of made-up paths cannot shut real ones out. */
  #makeRoom(epoch: Epoch): boolean {
    for (const field of foldedFields) {
      const oldest = epoch.fields[field].waiting.keys().next();
      if (oldest.done === true) continue;
      epoch.fields[field].waiting.delete(oldest.value);
      this.#dirty.set(keyOf(epoch, field, oldest.value), null);
      epoch.size -= 1;
      return true;
    }
    return false;
  }

  #restore(key: string, stored: string): void {
    const [site = '', day = '', field = '', ...rest] = key.slice(vocabularyPrefix.length).split('/');
    if (!isField(field)) return; // a field of another version: its values wait again
    const epoch = this.#epochOf(site, day);
    const value = rest.join('/');
    if (stored === 'shown') epoch.fields[field].shown.add(value);
    else epoch.fields[field].waiting.set(value, stored.split(','));
    epoch.size += 1;
  }
}

const keyOf = (epoch: Epoch, field: FoldedField, value: string): string => `${vocabularyPrefix}${epoch.site}/${epoch.day}/${field}/${value}`;

const emptyEpoch = (site: string, day: string): Epoch => ({ site, day, size: 0, fields: { country: words(), path: words(), referrer: words(), family: words() } });

const words = (): Words => ({ shown: new Set(), waiting: new Map() });

const isField = (text: string): text is FoldedField => foldedFields.some((field) => field === text);
