/** Reads lines of the combined and the common log format, as nginx and Apache write nearly all of theirs, into the same records as those of our own shape. */
import { tableOf, value, whole } from './fields';
import { instant, localTime, timeBytes } from './local-time';
import { agents, methods, mostLines, numberBytes, numbers, peers, quote, recordBytes, records, referrers, targets } from './memory';
import { foundPlain, isMethod, likelyPlain, plainWord } from './plain';
import { keepWord, tellOne } from './record';
import { guessOf, setGuess } from './words';

const space: u32 = 0x20;
const newline: u32 = 0x0a;
const hyphen: u32 = 0x2d;

let lastMethod: u32 = 0;
let lastAgent: u32 = 0;

/** Forgets what followed what; the host clears the tables. */
export function forgetCombined(): void {
  lastMethod = lastAgent = 0;
}

/** As `scan`, of `addr - - [time] "request" status bytes "referrer" "user agent"`; without headers the last two are not there. What follows is skipped. */
export function scanCombined(from: usize, end: usize, withHeaders: i32): i32 {
  let at = from;
  for (let count: usize = 0; count < mostLines; count += 1) {
    const record = records + count * recordBytes;
    if (at >= end) return <i32>count;
    memory.fill(record, 0, recordBytes);
    at = answer(request(at, record, numbers + count * numberBytes), record, numbers + count * numberBytes);
    if (at != 0 && withHeaders != 0) at = headers(at, record);
    at = lineEnd(at, end);
    if (at == 0) return <i32>count;
    tellPlain(record);
    store<u32>(record, <u32>at);
    at += 1;
  }
  return <i32>mostLines;
}

/** Address, time, method and target. */
function request(line: usize, record: usize, number: usize): usize {
  let at = plainWord(line, peers, space);
  if (at == 0 || load<u32>(at + 1) != 0x202d202d || load<u8>(at + 5) != 0x5b) return 0;
  const peer = keepPlain(record, 4, line);
  at += 6;
  if (!localTime(at)) return 0;
  store<f64>(number, instant);
  at += timeBytes + 3;
  if ((load<u32>(at - 3) & 0xffffff) != 0x22205d) return 0;
  const method = at;
  at = likelyPlain(method, methods, space, lastMethod);
  if (at == 0 || !isMethod(method, at)) return 0;
  lastMethod = keepPlain(record, 28, method);
  const target = at + 1;
  at = plainWord(target, targets, space);
  if (at == 0) return 0;
  keepPlain(record, 36, target);
  const agent = guessOf(tableOf(peers), peer);
  if (agent != 0) lastAgent = agent;
  return protocolEnd(at + 1);
}

/** Behind `HTTP/1.1"`. */
@inline
function protocolEnd(at: usize): usize {
  if (load<u32>(at) != 0x50545448 || load<u8>(at + 4) != 0x2f || load<u8>(at + 6) != 0x2e || load<u8>(at + 8) != quote) return 0;
  return <u32>load<u8>(at + 5) - 0x30 > 9 || <u32>load<u8>(at + 7) - 0x30 > 9 ? 0 : at + 9;
}

/** Status and bytes; no duration is known. */
function answer(start: usize, record: usize, number: usize): usize {
  if (start == 0 || load<u8>(start) != space) return 0;
  let at = whole(start + 1, 3, 3);
  if (at == 0 || load<u8>(at) != space) return 0;
  store<u32>(record, <u32>value, 44);
  at += 1;
  if (load<u8>(at) == hyphen) {
    value = 0;
    at += 1;
  } else at = whole(at, 1, 15);
  if (at == 0 || (load<u8>(at) != space && load<u8>(at) != newline)) return 0;
  store<f64>(number, value, 8);
  store<f64>(number, -1, 16);
  store<f64>(number, -1, 24);
  return at;
}

/** Referrer and user agent; which agent came with the address is remembered as the next guess. */
function headers(start: usize, record: usize): usize {
  if (load<u16>(start) != 0x2220) return 0;
  let at = plainWord(start + 2, referrers, quote);
  if (at == 0 || load<u16>(at + 1) != 0x2220) return 0;
  keepPlain(record, 48, start + 2);
  const agent = at + 3;
  at = likelyPlain(agent, agents, quote, lastAgent);
  if (at == 0) return 0;
  lastAgent = keepPlain(record, 56, agent);
  const peer = load<u32>(record, 4);
  if (peer != 0) setGuess(tableOf(peers), peer, lastAgent);
  return at + 1;
}

/** The place of the `\n`; 0 where it is not there. */
function lineEnd(at: usize, end: usize): usize {
  if (at == 0) return 0;
  while (at < end && load<u8>(at) != newline) at += 1;
  return at < end ? at : 0;
}

@inline
function keepPlain(record: usize, at: usize, start: usize): u32 {
  return keepWord(record + at, foundPlain, start);
}

/** Marks the words of a line that the host has not met. */
function tellPlain(record: usize): void {
  tellOne(record + 4, peers);
  tellOne(record + 28, methods);
  tellOne(record + 36, targets);
  tellOne(record + 48, referrers);
  tellOne(record + 56, agents);
}
