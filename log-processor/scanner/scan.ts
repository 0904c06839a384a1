/** Reads lines of exactly the shape of nginx/log-format.conf into numbers: equal texts of a field are equal numbers. Why it is no TypeScript: docs/decisions/0007. */
import { forgetCombined, scanCombined } from './combined';
import { found, foundAt, likely, optionalSeconds, seconds, step, tableOf, value, whole, word } from './fields';
import { setSeed } from './hash';
import { agents, forwards, methods, mostLines, numberBytes, numbers, peers, purposes, recordBytes, records, referrers, servers, targets, types } from './memory';
import { keepWord, tellOne } from './record';
import { guessOf, setGuess } from './words';

export { scanCombined, setSeed };

const newline: u32 = 0x0a;

let lastServer: u32 = 0;
let lastMethod: u32 = 0;
let lastAgent: u32 = 0;
let lastType: u32 = 0;

/** Forgets what followed what; the host clears the tables. */
export function forget(): void {
  lastServer = lastMethod = lastAgent = lastType = 0;
  forgetCombined();
}

/** Reads the lines between two addresses into records and numbers, up to the first that is not as expected or not whole. @returns how many */
export function scan(from: usize, end: usize): i32 {
  let at = from;
  for (let count: usize = 0; count < mostLines; count += 1) {
    const record = records + count * recordBytes;
    if (at >= end) return <i32>count;
    at = tail(head(at, record, numbers + count * numberBytes), record);
    if (at == 0 || at >= end || load<u8>(at) != newline) return <i32>count;
    tellAll(record);
    store<u32>(record, <u32>at);
    at += 1;
  }
  return <i32>mostLines;
}

/** The fields up to the upstream's time. */
function head(line: usize, record: usize, number: usize): usize {
  let at = seconds(step(line, 0));
  if (at == 0) return 0;
  store<f64>(number, value);
  at = word(at, 1, tableOf(peers), 0);
  if (at == 0) return 0;
  const peer = keep(record, 4);
  at = word(at, 2, tableOf(forwards), 0);
  if (at == 0) return 0;
  keep(record, 12);
  at = likely(at, 3, tableOf(servers), lastServer);
  if (at == 0) return 0;
  lastServer = keep(record, 20);
  at = likely(at, 4, tableOf(methods), lastMethod);
  if (at == 0) return 0;
  lastMethod = keep(record, 28);
  at = word(at, 5, tableOf(targets), lastServer);
  if (at == 0) return 0;
  const target = keep(record, 36);
  const agent = guessOf(tableOf(peers), peer);
  if (agent != 0) lastAgent = agent;
  const type = guessOf(tableOf(targets), target);
  if (type != 0) lastType = type;
  return figures(at, record, number);
}

/** Status, bytes and times. */
function figures(start: usize, record: usize, number: usize): usize {
  let at = whole(step(start, 6), 3, 3);
  if (at == 0) return 0;
  store<u32>(record, <u32>value, 44);
  at = whole(step(at, 7), 1, 15);
  if (at == 0) return 0;
  store<f64>(number, value, 8);
  at = seconds(step(at, 8));
  if (at == 0) return 0;
  store<f64>(number, value, 16);
  at = optionalSeconds(step(at, 9));
  store<f64>(number, value, 24);
  return at;
}

/** From the referrer to the end; what came with the address and with the path is remembered as the next guess. */
function tail(start: usize, record: usize): usize {
  if (start == 0) return 0;
  let at = word(start, 10, tableOf(referrers), lastServer);
  if (at == 0) return 0;
  keep(record, 48);
  at = likely(at, 11, tableOf(agents), lastAgent);
  if (at == 0) return 0;
  lastAgent = keep(record, 56);
  at = word(at, 12, tableOf(purposes), 0);
  if (at == 0) return 0;
  keep(record, 64);
  at = likely(at, 13, tableOf(types), lastType);
  if (at == 0) return 0;
  lastType = keep(record, 72);
  const peer = load<u32>(record, 4);
  if (peer != 0) setGuess(tableOf(peers), peer, lastAgent);
  const target = load<u32>(record, 36);
  if (target != 0) setGuess(tableOf(targets), target, lastType);
  return step(at, 14);
}

/** Writes down the word that was read last, and where it stood. */
@inline
function keep(record: usize, at: usize): u32 {
  return keepWord(record + at, found, foundAt);
}

/** Marks the words of a line that the host has not met. */
function tellAll(record: usize): void {
  tellOne(record + 4, peers);
  tellOne(record + 12, forwards);
  tellOne(record + 20, servers);
  tellOne(record + 28, methods);
  tellOne(record + 36, targets);
  tellOne(record + 48, referrers);
  tellOne(record + 56, agents);
  tellOne(record + 64, purposes);
  tellOne(record + 72, types);
}
