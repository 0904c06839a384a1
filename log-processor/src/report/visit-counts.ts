/** What a report counts of closed visits: sums by class, and of people where they came from, when, and with what. */
import type { ClosedVisit } from '../account/closed-visit.ts';
import type { VisitClass } from '../record.ts';
import type { ClassSums, ReportFigures } from './report-figures.ts';
import { TopValues } from './top-values.ts';

const mostListed = 100;
const none = '(no page view)';

export class VisitCounts {
  readonly byClass: Record<VisitClass, ClassSums> = { human: emptySums(), bot: emptySums(), suspected: emptySums() };
  readonly #starts = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  readonly #by = { sites: new TopValues(), countries: new TopValues(), entries: new TopValues(), exits: new TopValues(), referrers: new TopValues(), devices: new TopValues(), browsers: new TopValues(), systems: new TopValues() };

  /** @param weekday 1 (Monday) to 7, and `hour` 0 to 23, of the visit's start in the zone of its site */
  add(visit: ClosedVisit, weekday: number, hour: number): void {
    const sums = this.byClass[visit.visitClass];
    const visitors = visit.firstToday ? 1 : 0;
    sums.visitors += visitors;
    sums.visits += 1;
    sums.pageViews += visit.pageViews;
    sums.bounces += visit.bounce ? 1 : 0;
    sums.durationMs += visit.endMs - visit.startMs;
    sums.requests += visit.requests;
    sums.bytes += visit.bytes;
    if (visit.visitClass !== 'human') return;
    const ofDay = this.#starts[weekday - 1];
    if (ofDay !== undefined) ofDay[hour] = (ofDay[hour] ?? 0) + 1;
    const by = this.#by;
    by.sites.add(visit.site, 1, visitors);
    by.countries.add(visit.country, 1, visitors);
    by.entries.add(visit.entry ?? none, 1, visitors);
    by.exits.add(visit.exit ?? none, 1, visitors);
    by.referrers.add(visit.referrerHost, 1, visitors);
    by.devices.add(visit.device, 1, visitors);
    by.browsers.add(visit.family, 1, visitors);
    by.systems.add(visit.os, 1, visitors);
  }

  /** @param k visitor-days a value needs before it is shown by its name */
  figures(k: number): Pick<ReportFigures, 'byClass' | 'starts' | 'sites' | 'countries' | 'entries' | 'exits' | 'referrers' | 'devices' | 'browsers' | 'systems'> {
    const top = (values: TopValues): ReturnType<TopValues['top']> => values.top(mostListed, k);
    const { sites, countries, entries, exits, referrers, devices, browsers, systems } = this.#by;
    return {
      byClass: this.byClass,
      starts: this.#starts,
      sites: sites.top(),
      countries: top(countries),
      entries: top(entries),
      exits: top(exits),
      referrers: top(referrers),
      devices: top(devices),
      browsers: top(browsers),
      systems: top(systems),
    };
  }
}

const emptySums = (): ClassSums => ({ visitors: 0, visits: 0, pageViews: 0, bounces: 0, durationMs: 0, requests: 0, bytes: 0 });
