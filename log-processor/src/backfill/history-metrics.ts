/** Counts what a history gives out as metrics, at the times at which the running processor would have counted it, and writes them as one file. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Calendar } from '../account/calendar.ts';
import type { ClosedVisit } from '../account/closed-visit.ts';
import { watermarkGraceMs } from '../assemble.ts';
import { createCount } from '../count-hooks.ts';
import { gapMs } from '../open-road.ts';
import type { PublicRequest } from '../record.ts';
import { HistoryVisitors } from './history-visitors.ts';
import { createMinuteTallies } from './minute-tallies.ts';
import { openMetricsLines } from './open-metrics.ts';

export type HistoryMetrics = {
  line(request: PublicRequest): void;
  visit(visit: ClosedVisit): void;
  dayIsOver(site: string, day: string): void;
  /** Writes everything counted so far; the file is there whole or not at all. */
  write(path: string, origin: string): void;
};

/** Lines written at a time. */
const pieceLines = 10_000;

export function createHistoryMetrics(calendar: Calendar): HistoryMetrics {
  const tallies = createMinuteTallies();
  const visitors = new HistoryVisitors(calendar);
  const count = createCount({ tallies, calendar, isKeyless: () => false, closed: () => undefined });
  return {
    line(request) {
      tallies.at(request.timeMs);
      count.request(request);
      visitors.line(request);
    },
    visit(visit) {
      // The running processor counts a visit when the watermark has passed its end by the gap.
      tallies.at(visit.endMs + gapMs + watermarkGraceMs);
      count.visitClosed(visit);
    },
    dayIsOver: (site, day) => visitors.dayIsOver(site, day),
    write: (path, origin) => writeLines(path, openMetricsLines(tallies, visitors, [['job', 'tidewatch-processor'], ['instance', 'history'], ['origin', origin]])),
  };
}

function writeLines(path: string, lines: Iterable<string>): void {
  const unfinished = `${path}.unfinished`;
  const file = openSync(unfinished, 'w');
  let piece: string[] = [];
  const flush = (): void => {
    writeSync(file, piece.map((line) => `${line}\n`).join(''));
    piece = [];
  };
  for (const line of lines) if (piece.push(line) >= pieceLines) flush();
  flush();
  closeSync(file);
  renameSync(unfinished, path);
}
