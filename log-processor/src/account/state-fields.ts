/** Reads one value of the durable state field by field, so that a torn or foreign entry is refused by its key instead of being believed. */

/** A cursor over a JSON array; every getter throws an Error naming the entry's key when the next field is not of its type. */
export class StateFields {
  readonly #key: string;
  readonly #fields: readonly unknown[];
  #next = 0;

  constructor(key: string, value: string) {
    this.#key = key;
    this.#fields = this.#parse(value);
  }

  /** True when there is no further field. */
  get done(): boolean {
    return this.#next >= this.#fields.length;
  }

  number(): number {
    const field = this.#take();
    if (typeof field !== 'number') throw this.#refused('a number');
    return field;
  }

  numberOrNull(): number | null {
    const field = this.#take();
    if (field === null || typeof field === 'number') return field;
    throw this.#refused('a number or null');
  }

  text(): string {
    const field = this.#take();
    if (typeof field !== 'string') throw this.#refused('a string');
    return field;
  }

  textOrNull(): string | null {
    const field = this.#take();
    if (field === null || typeof field === 'string') return field;
    throw this.#refused('a string or null');
  }

  flag(): boolean {
    const field = this.#take();
    if (typeof field !== 'boolean') throw this.#refused('true or false');
    return field;
  }

  /** The numbers of a nested array, exactly as many as there must be. */
  numbers(count: number): number[] {
    const field = this.#take();
    if (!Array.isArray(field) || field.length !== count) throw this.#refused(`${count} numbers`);
    return field.map((value: unknown) => {
      if (typeof value !== 'number') throw this.#refused(`${count} numbers`);
      return value;
    });
  }

  #parse(value: string): readonly unknown[] {
    let parsed: unknown;
    try {
      parsed = JSON.parse(value);
    } catch {
      // The message of a SyntaxError quotes the value; the key says enough.
      throw this.#refused('a JSON array');
    }
    if (!Array.isArray(parsed)) throw this.#refused('a JSON array');
    return parsed;
  }

  #take(): unknown {
    const field = this.#fields[this.#next];
    this.#next += 1;
    return field;
  }

  #refused(expected: string): Error {
    return new Error(`state entry "${this.#key}", field ${this.#next}: expected ${expected}; restore the state or begin anew`);
  }
}
