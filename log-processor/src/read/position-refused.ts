/** Thrown at the start when a stored position is not one that this reader wrote: only a person can decide. */
export class PositionRefused extends Error {
  constructor(input: string, expected: string) {
    super(`the stored position of input "${input}" cannot be used: expected ${expected}. Remove this input's position to begin anew.`);
    this.name = 'PositionRefused';
  }
}
