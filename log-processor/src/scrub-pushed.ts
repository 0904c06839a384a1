/** Takes the addresses out of a pushed line: each becomes the client token of the entry's own day and the stream's site, as on access lines of failed requests. */
import type { KeyObject } from 'node:crypto';
import type { Rooms } from './assemble.ts';
import type { PushedEntry } from './door/pushed.ts';
import { parseAddress } from './keys/parse-address.ts';
import { clientToken } from './keys/tokens.ts';
import type { TextLine, TextStream } from './output.ts';
import { graceAheadMs } from './pipeline.ts';
import type { LineScrubber } from './scrub/scrub-line.ts';
import { ScrubbedBytes } from './scrub/scrubbed-bytes.ts';
import { namesSecret } from './scrub/token.ts';

export type ScrubPushedTools = {
  readonly rooms: Pick<Rooms, 'forgetting' | 'keyOf'> & { readonly calendar: Pick<Rooms['calendar'], 'dayOf'> };
  readonly scrub: LineScrubber;
  readonly createKey: (site: string, day: string) => Promise<unknown>;
  readonly nowMs: () => number;
};

type Scrubbing = { readonly out: ScrubbedBytes; readonly found: Map<string, number> };

/** A line has at most so many pairs of structured metadata, and so many characters in them: what does not fit is left out. */
const mostPairs = 32;
const mostCharacters = 8192;
const none: TextLine['metadata'] = [];
const placeholder = ':address';
/** Loki takes nothing older, and the keys of such days have died. */
const oldestMs = 7 * 86_400_000;
const secret = { text: ':token', hits: ['token'] } as const;

/** Of one push: takes a line of one of its streams and counts each pattern found; waits only where a day needs its key. */
export type PushScrubber = (stream: TextStream, entry: PushedEntry, found: Map<string, number>) => TextLine | Promise<TextLine>;

/** @returns what scrubs a push of so many bytes; its lines lie one behind the other in one buffer */
export function createPushedScrubber({ rooms, scrub, createKey, nowMs }: ScrubPushedTools): (expectedBytes: number) => PushScrubber {
  const tokens = new ClientTokens();
  rooms.forgetting.push(() => {
    tokens.forget();
    scrub.forget();
  });

  const scrubbed = ({ site }: TextStream, entry: PushedEntry, { out, found }: Scrubbing, key: KeyObject | null): TextLine => {
    const write = (address: string): string => (key === null ? placeholder : (tokens.of(key, site, address) ?? placeholder));
    const tools = { write, timeMs: entry.timeMs };
    const start = out.end;
    countHits(found, scrub.scrubLine(entry, out, tools));
    // Beside a name like `password` everything is a secret.
    const clean = (text: string, name = ''): string => {
      const result = text !== '' && namesSecret(name) ? secret : scrub.scrub(text, tools);
      countHits(found, result.hits);
      return result.text;
    };
    return { timeMs: entry.timeMs, source: out, start, end: out.end, metadata: entry.metadata.length === 0 ? none : metadataOf(entry.metadata, clean) };
  };

  return (expectedBytes) => {
    const out = new ScrubbedBytes(expectedBytes);
    return (stream, entry, found) => {
      const scrubbing = { out, found };
      // It will be dropped as `too_new` or `too_old`, as a tailed line is before it meets a key: no sender may have keys made for days that have not come or are long gone.
      if (entry.timeMs > nowMs() + graceAheadMs || entry.timeMs < nowMs() - oldestMs) return scrubbed(stream, entry, scrubbing, null);
      const { day } = rooms.calendar.dayOf(stream.site, entry.timeMs);
      const key = rooms.keyOf(stream.site, day);
      if (key !== 'missing') return scrubbed(stream, entry, scrubbing, key === 'destroyed' ? null : key);
      return createKey(stream.site, day).then(() => {
        const made = rooms.keyOf(stream.site, day);
        return scrubbed(stream, entry, scrubbing, typeof made === 'string' ? null : made);
      });
    };
  };
}

function countHits(found: Map<string, number>, hits: readonly string[]): void {
  for (const hit of hits) found.set(hit, (found.get(hit) ?? 0) + 1);
}

function metadataOf(pairs: PushedEntry['metadata'], clean: (text: string, name?: string) => string): TextLine['metadata'] {
  let characters = 0;
  return pairs.slice(0, mostPairs).flatMap(([name, value]): [string, string][] => {
    characters += name.length + value.length;
    return characters > mostCharacters || name.startsWith('__') ? [] : [[labelName(clean(name)), clean(value, name)]];
  });
}

/**
 * The name as Loki would write it. It answers a whole body with 500, which says "try again", where a name has neither letter nor digit of ASCII:
 * https://github.com/prometheus/otlptranslator/blob/v1.0.0/label_namer.go
 */
function labelName(name: string): string {
  if (!/[A-Za-z0-9]/.test(name)) return 'unnamed';
  const plain = name.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[0-9]/.test(plain) ? `key_${plain}` : plain;
}

/** Tokens of addresses that come again and again. */
const mostTokens = 20_000;

class ClientTokens {
  #known = new WeakMap<KeyObject, Map<string, string | null>>();

  forget(): void {
    this.#known = new WeakMap();
  }

  /** Null for what only looked like an address. */
  of(key: KeyObject, site: string, text: string): string | null {
    let ofKey = this.#known.get(key);
    if (ofKey === undefined) this.#known.set(key, (ofKey = new Map<string, string | null>()));
    const known = ofKey.get(text);
    if (known !== undefined) return known;
    const address = parseAddress(text);
    const token = address === null ? null : clientToken(key, site, address.bytes);
    if (ofKey.size >= mostTokens) ofKey.clear();
    ofKey.set(text, token);
    return token;
  }
}
