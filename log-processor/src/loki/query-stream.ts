/** Asks Loki for everything it has of one stream in a range of time, page by page, without missing or doubling an entry at a page's edge. */
import { quote } from './label-string.ts';
import type { FoundEntry } from './loki.ts';
import { AnswerTooLarge } from './loki.ts';
import type { AnsweredEntry } from './query-answer.ts';
import { compareNs, readQueryAnswer } from './query-answer.ts';
import { splitPattern } from './split-pattern.ts';

export type RangeQuery = {
  readonly logql: string;
  readonly fromNs: string;
  readonly toNs: string;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
};

/** Runs one query_range and answers its text. @throws LokiUnavailable */
export type AskRange = (query: RangeQuery) => Promise<string>;

type Tools = { readonly askRange: AskRange; readonly stream: string; readonly pageLimit: number };
type Page = { readonly entries: readonly AnsweredEntry[]; readonly full: boolean };

const nextNs = (ns: string): string => (BigInt(ns) + 1n).toString();

/** An answer too large for gRPC or for a proxy fails as a whole: then a shorter page is asked for. */
const askPage = async (tools: Tools, query: { filter: string; fromNs: string; toNs: string }): Promise<Page> => {
  const { fromNs, toNs } = query;
  for (let limit = tools.pageLimit; ; limit = Math.ceil(limit / 10)) {
    try {
      const text = await tools.askRange({ logql: tools.stream + query.filter, fromNs, toNs, limit, direction: 'forward' });
      const entries = readQueryAnswer(text, tools.stream);
      return { entries, full: entries.length >= limit };
    } catch (error) {
      if (!(error instanceof AnswerTooLarge) || limit === 1) throw error;
    }
  }
};

function* own(entries: readonly AnsweredEntry[]): Generator<FoundEntry> {
  for (const { own: wanted, ...entry } of entries) if (wanted) yield entry;
}

/** The entries of one nanosecond where they do not fit on a page: divided by what the lines say until they do. */
async function* oneNanosecond(tools: Tools, ns: string, filter: string): AsyncGenerator<FoundEntry> {
  const { entries, full } = await askPage(tools, { filter, fromNs: ns, toNs: nextNs(ns) });
  const alike = entries.every(({ line }) => line === entries[0]?.line);
  // A full page of equal lines cannot be divided further: as many copies as a page holds are as good as all.
  if (!full || alike) yield* own(entries);
  if (!full) return;
  const pattern = quote(splitPattern(entries.map(({ line }) => line)));
  if (!alike) yield* oneNanosecond(tools, ns, `${filter} |~ ${pattern}`);
  yield* oneNanosecond(tools, ns, `${filter} !~ ${pattern}`);
}

/**
 * Every entry of exactly this stream in [fromNs, toNs), by time.
 * A full page may end inside a nanosecond: its last nanosecond is asked for again as the start of the next page.
 * @throws LokiUnavailable
 */
export async function* queryStream(tools: Tools, range: { readonly fromNs: string; readonly toNs: string }): AsyncGenerator<FoundEntry> {
  let { fromNs } = range;
  while (compareNs(fromNs, range.toNs) < 0) {
    const { entries, full } = await askPage(tools, { filter: '', fromNs, toNs: range.toNs });
    const lastNs = entries.at(-1)?.ns;
    if (!full || lastNs === undefined) {
      yield* own(entries);
      return;
    }
    if (entries[0]?.ns === lastNs) {
      yield* oneNanosecond(tools, lastNs, '');
      fromNs = nextNs(lastNs);
    } else {
      yield* own(entries.filter(({ ns }) => ns !== lastNs));
      fromNs = lastNs;
    }
  }
}
