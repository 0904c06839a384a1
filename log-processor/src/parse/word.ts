/** One text of a field that comes again: equal texts are one object, so that whatever was learnt of it is found by one pointer and never computed twice. */
export class Word<Known> {
  readonly text: string;
  /** Belongs to whoever walks the line. */
  known: Known | null = null;

  constructor(text: string) {
    this.text = text;
  }
}

/** The words of one field by their numbers; number 0 is the empty text. */
export class Words<Known> {
  readonly empty = new Word<Known>('');
  readonly #places: number;
  #known: (Word<Known> | undefined)[];

  constructor(places: number) {
    this.#places = places;
    this.#known = new Array<Word<Known> | undefined>(places + 1);
  }

  of(number: number): Word<Known> {
    return this.#known[number] ?? this.empty;
  }

  add(number: number, text: string): Word<Known> {
    const word = new Word<Known>(text);
    this.#known[number] = word;
    return word;
  }

  forget(): void {
    this.#known = new Array<Word<Known> | undefined>(this.#places + 1);
  }
}
