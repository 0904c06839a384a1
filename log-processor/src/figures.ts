/** Gathers what the live page shows: sums of the last durable commit, and the ledgers; nothing in it was ever an address. */
import type { House } from './house.ts';
import type { LiveFigures, SiteFigures, SiteSums } from './server/live-figures.ts';
import type { Tallies } from './metrics/tallies.ts';
import { version } from './version.ts';

export function liveFigures(house: House): LiveFigures {
  const { account, tallies } = house.rooms;
  const nowMs = Date.now();
  const watermarkMs = account.watermark.valueMs;
  const total = (name: Parameters<typeof tallies.total>[0]): number => tallies.total(name);
  return {
    version,
    threshold: house.config.anonymity_threshold,
    nowMs,
    watermarkMs: Number.isFinite(watermarkMs) ? watermarkMs : null,
    catchingUp: account.watermark.catchingUp(nowMs),
    lagBytes: house.processor.sources.reduce((sum, { source }) => sum + source.lagBytes(), 0),
    outboxBytes: house.store.outboxBytes,
    lines: {
      read: total('logproc_lines_read_total'),
      delivered: total('logproc_lines_delivered_total'),
      dropped: tallies.numbers('logproc_lines_dropped_total').filter(({ value }) => value > 0).map(({ labels, value }) => ({ reason: labels[0] ?? '', lines: value })),
      inFlight: total('logproc_lines_in_flight'),
    },
    visits: {
      opened: total('logproc_visits_opened_total'),
      closed: total('logproc_visits_closed_total'),
      open: total('logproc_visits_open'),
      merged: total('logproc_visits_merged_total'),
    },
    sites: (house.committed.shown() ?? []).map((sums) => siteFigures(house, sums)),
    further: [{ what: 'what every metric and setting means', where: 'docs/metrics.md, docs/configuration.md' }],
  };
}

function siteFigures({ rooms, keyLife }: House, sums: SiteSums): SiteFigures {
  const { calendar, tallies } = rooms;
  const { startMs } = calendar.dayOf(sums.site, Date.now());
  const days = [...new Set([sums.day, calendar.dayOf(sums.site, startMs).day, calendar.dayOf(sums.site, startMs - 1).day])];
  return {
    ...sums,
    requestsByStatusClass: statusClassesOf(tallies, sums.site),
    keys: days.flatMap((name) => {
      const times = keyLife.timesOf(sums.site, name);
      return times === null || times.destroyedMs !== null ? [] : [{ day: name, createdMs: times.createdMs }];
    }),
  };
}

/** Requests since counting began, summed over everything but the status class. */
function statusClassesOf(tallies: Tallies, site: string): SiteFigures['requestsByStatusClass'] {
  const sums = new Map<string, number>();
  for (const { labels, value } of tallies.numbers('web_requests_total')) {
    const statusClass = labels[4] ?? 'other';
    if (labels[0] === site && value > 0) sums.set(statusClass, (sums.get(statusClass) ?? 0) + value);
  }
  return [...sums].sort(([left], [right]) => (left < right ? -1 : 1)).map(([statusClass, requests]) => ({ statusClass, requests }));
}
