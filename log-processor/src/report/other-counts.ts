/** The same lines as Matomo and GoAccess would count them, for `--compare`; only numbers come out. */
import { createGoAccessCount, createMatomoCount } from '../account/other-modes.ts';
import type { Request, Unread } from '../record.ts';
import type { Period } from './period.ts';
import type { ReportFigures } from './report-figures.ts';

export type OtherCounts = {
  watch(parsed: Request | Unread, lineBytes: number): void;
  result(): NonNullable<ReportFigures['compare']>;
};

/** @param dateOf the calendar date of an instant, for formats that write none */
export function createOtherCounts(period: Period, dateOf: (timeMs: number) => string): OtherCounts {
  const matomo = createMatomoCount();
  const goaccess = createGoAccessCount();
  let requests = 0;
  return {
    watch(parsed, lineBytes) {
      if ('reason' in parsed) return;
      const { peer: address, userAgent, timeMs, status } = parsed;
      const writtenDate = parsed.writtenDate === '' ? dateOf(timeMs) : parsed.writtenDate;
      if (!period.holds(writtenDate)) return;
      const line = { address, userAgent, timeMs, writtenDate, status, lineBytes };
      matomo.add(line);
      goaccess.add(line);
      requests += 1;
    },
    result() {
      const { visits, visitors } = matomo.result();
      return { matomo: { requests, visitors, visits }, goaccess: { requests, visitors: goaccess.result().visitors, visits: null } };
    },
  };
}
