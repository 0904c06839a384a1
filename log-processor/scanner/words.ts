/** Gives equal texts of a field equal numbers: a set-associative table whose texts lie in a ring, so that old ones are written over and memory is bounded. */
import { masks } from './memory';

// A table's header: addresses and sizes, written by the host, and what changes.
const slotsAt: usize = 0;
const placeMaskAt: usize = 4;
const ringAt: usize = 8;
const ringGroupsAt: usize = 12;
const writtenAt: usize = 16;
const turnAt: usize = 20;
const guessesAt: usize = 24;
const mostAt: usize = 28;

// A slot: hash (0 is free), scope, place in the ring as a count of 16-byte groups since the beginning, length with a mark.
const slotBytes: usize = 16;
const scopeAt: usize = 4;
const groupAt: usize = 8;
const lengthAt: usize = 12;
/** The host knows this word. */
const told: u32 = 0x80000000;

/** Marks a word that the host meets for the first time. */
const isNew: u32 = 0x40000000;
/** Places looked at for one hash: a flood of equal hashes costs at most this, and pushes out only what shares them. */
const ways: u32 = 4;

@inline
function slotOf(table: usize, word: u32): usize {
  return <usize>load<u32>(table, slotsAt) + <usize>(word - 1) * slotBytes;
}

@inline
export function longest(table: usize): u32 {
  return load<u32>(table, mostAt);
}

/** The word of another field that came with this one last time; 0 where none did. */
@inline
export function guessOf(table: usize, word: u32): u32 {
  return word == 0 ? 0 : load<u32>(load<u32>(table, guessesAt) + word * 4);
}

@inline
export function setGuess(table: usize, word: u32, guess: u32): void {
  store<u32>(load<u32>(table, guessesAt) + word * 4, guess);
}

/** The word with its mark, once: the next time the host knows it. */
export function tell(table: usize, word: u32): u32 {
  if (word == 0) return 0;
  const slot = slotOf(table, word);
  const length = load<u32>(slot, lengthAt);
  if (length & told) return word;
  store<u32>(slot, length | told, lengthAt);
  return word | isNew;
}

/** Where a field that starts here ends when it is exactly this word and then the sign that closes it; 0 when it is not. What is used is written again before it is written over. */
export function endIfSame(table: usize, word: u32, start: usize, closing: u32): usize {
  if (word == 0) return 0;
  const slot = slotOf(table, word);
  const length = load<u32>(slot, lengthAt) & ~told;
  const end = start + length;
  if (length == 0 || load<u8>(end) != closing) return 0;
  const ringGroups = load<u32>(table, ringGroupsAt);
  const group = load<u32>(slot, groupAt);
  const age = load<u32>(table, writtenAt) - group;
  if (age > ringGroups) return 0; // its bytes are gone
  let text: usize = load<u32>(table, ringAt) + (group & (ringGroups - 1)) * 16;
  let at = start;
  for (; at + 16 <= end; at += 16, text += 16) if (v128.any_true(v128.xor(v128.load(at), v128.load(text)))) return 0;
  if (at < end && v128.any_true(v128.xor(v128.and(v128.load(at), v128.load(masks + (end - at) * 16)), v128.load(text)))) return 0;
  if (age > ringGroups >> 1) store<u32>(slot, keep(table, start, length), groupAt);
  return end;
}

/** The word of the text from start to end, which is not empty, among those of this scope. */
export function find(table: usize, start: usize, end: usize, hash: u32, scope: u32): u32 {
  const length = <u32>(end - start);
  const first = ((hash ^ (hash >>> 15)) & load<u32>(table, placeMaskAt) & ~(ways - 1)) + 1;
  let free: u32 = 0;
  for (let word = first; word < first + ways; word += 1) {
    const slot = slotOf(table, word);
    const found = load<u32>(slot);
    if (found == 0 && free == 0) free = word;
    if (found != hash || load<u32>(slot, scopeAt) != scope || (load<u32>(slot, lengthAt) & ~told) != length) continue;
    if (endIfSame(table, word, start, load<u8>(end)) == end) return word;
  }
  if (free == 0) {
    const turn = (load<u32>(table, turnAt) + 1) & (ways - 1);
    store<u32>(table, turn, turnAt);
    free = first + turn;
  }
  return add(table, free, start, length, hash, scope);
}

function add(table: usize, word: u32, start: usize, length: u32, hash: u32, scope: u32): u32 {
  const slot = slotOf(table, word);
  store<u32>(slot, hash);
  store<u32>(slot, scope, scopeAt);
  store<u32>(slot, keep(table, start, length), groupAt);
  store<u32>(slot, length, lengthAt);
  if (load<u32>(table, guessesAt) != 0) setGuess(table, word, 0);
  return word;
}

/** Writes a text into the ring, in one piece and filled up with zeros; answers where, in groups. */
function keep(table: usize, start: usize, length: u32): u32 {
  const ringGroups = load<u32>(table, ringGroupsAt);
  const groups = (length + 15) >>> 4;
  let written = load<u32>(table, writtenAt);
  const left = ringGroups - (written & (ringGroups - 1));
  if (groups > left) written += left;
  let to: usize = load<u32>(table, ringAt) + (written & (ringGroups - 1)) * 16;
  const end = start + length;
  let at = start;
  for (; at + 16 <= end; at += 16, to += 16) v128.store(to, v128.load(at));
  if (at < end) v128.store(to, v128.and(v128.load(at), v128.load(masks + (end - at) * 16)));
  store<u32>(table, written + groups, writtenAt);
  return written;
}
