/** How others count, for `report` only: visits as Matomo and visitors as GoAccess would count them, so that numbers can be compared on the same log. */

/** One line as the log wrote it; nothing of it is kept but numbers. */
export type OtherLine = {
  /** The address string as written. */
  readonly address: string;
  readonly userAgent: string;
  readonly timeMs: number;
  /** The calendar date as the log writes it. */
  readonly writtenDate: string;
  readonly status: number;
  /** Length of the line in bytes with its line feed. */
  readonly lineBytes: number;
};

/** The longest line that GoAccess 1.7 reads in one piece, line feed included. */
const goAccessMaxBytes = 4095;
/** A gap below this continues a Matomo visit (`visit_standard_length`); exactly this starts a new one. */
const matomoVisitMs = 1_800_000;

export type MatomoResult = { readonly lines: number; readonly visits: number; readonly visitors: number };

/** Visits of (address, full user agent) over all lines in order of time, cut when the written date changes (Matomo's tracker with its defaults, without its line filters). */
export function createMatomoCount(): { add(line: OtherLine): void; result(): MatomoResult } {
  const visitors = new Map<string, number>();
  const dates = new Map<string, number>();
  const lines: { visitor: number[]; date: number[]; timeMs: number[] } = { visitor: [], date: [], timeMs: [] };
  return {
    add: ({ address, userAgent, timeMs, writtenDate }) => {
      lines.visitor.push(numberOf(visitors, `${address} ${userAgent}`));
      lines.date.push(numberOf(dates, writtenDate));
      lines.timeMs.push(timeMs);
    },
    result: () => ({ lines: lines.timeMs.length, visits: countVisits(lines), visitors: visitors.size }),
  };
}

function countVisits(lines: { visitor: number[]; date: number[]; timeMs: number[] }): number {
  const inTime = Float64Array.from(lines.timeMs.keys());
  const timeOf = (line: number): number => lines.timeMs[line] ?? 0;
  inTime.sort((a, b) => timeOf(a) - timeOf(b) || a - b);
  const lastMs = new Map<number, number>();
  const lastDate = new Map<number, number | undefined>();
  let visits = 0;
  for (const line of inTime) {
    const visitor = lines.visitor[line] ?? 0;
    const last = lastMs.get(visitor);
    const timeMs = timeOf(line);
    if (last === undefined || timeMs - last >= matomoVisitMs || lastDate.get(visitor) !== lines.date[line]) visits += 1;
    lastMs.set(visitor, timeMs);
    lastDate.set(visitor, lines.date[line]);
  }
  return visits;
}

export type GoAccessOptions = {
  /** `--4xx-to-unique-count`: requests answered 4xx make a visitor too. */
  readonly count4xx?: boolean;
  /** GoAccess reads an empty user agent as `-`. False keeps the two apart, as `refcounts.py` does. */
  readonly mergeMissingUserAgent?: boolean;
};

/** Visitors of GoAccess: distinct (address, user agent, written date), summed over the dates. */
export function createGoAccessCount(options: GoAccessOptions = {}): { add(line: OtherLine): void; result(): { visitors: number } } {
  const { count4xx = false, mergeMissingUserAgent = true } = options;
  const visitors = new Set<string>();
  return {
    add: ({ address, userAgent, writtenDate, status, lineBytes }) => {
      if (lineBytes > goAccessMaxBytes) return;
      if (status >= 400 && status <= 499 && !count4xx) return;
      const agent = userAgent === '' && mergeMissingUserAgent ? '-' : userAgent;
      visitors.add(`${writtenDate} ${address} ${agent}`);
    },
    result: () => ({ visitors: visitors.size }),
  };
}

/** A number for each different text, counted from 0. */
function numberOf(numbers: Map<string, number>, text: string): number {
  let number = numbers.get(text);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(text, number);
  }
  return number;
}
