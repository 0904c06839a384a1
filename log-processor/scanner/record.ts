/** What is written down of one word of a line, whatever its format: its number, and the place where it stood. */
import { tableOf } from './fields';
import { tell } from './words';

/** @param at the place of the word in its record */
@inline
export function keepWord(at: usize, word: u32, foundAt: usize): u32 {
  store<u32>(at, word);
  store<u32>(at, <u32>foundAt, 4);
  return word;
}

/** Marks the word where the host has not met it. @param table its place in the list of tables */
@inline
export function tellOne(at: usize, table: usize): void {
  store<u32>(at, tell(tableOf(table), load<u32>(at)));
}
