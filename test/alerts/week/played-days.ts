/** Days of seeded traffic, walked along the real road of the processor: the lines that Loki gets, and what its counters show minute by minute. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessText, accessLineBytes } from '../../../log-processor/src/access-line.ts';
import { visitLine } from '../../../log-processor/src/account/visit-line.ts';
import { parseConfig } from '../../../log-processor/src/config.ts';
import { createTraffic } from '../../../log-processor/src/generate/traffic.ts';
import { readHistory } from '../../../log-processor/src/history/read-history.ts';
import type { PublicRequest } from '../../../log-processor/src/record.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export type Line = { readonly ns: bigint; readonly text: string };

/** Values of one series at each full minute since the start: what a scrape would have shown. */
export type Counter = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly values: readonly number[] };

export type PlayedDays = {
  readonly site: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly streams: Readonly<Record<'access' | 'visit' | 'day', readonly Line[]>>;
  readonly counters: readonly Counter[];
};

export type PlayOptions = {
  readonly startMs: number;
  readonly days: number;
  readonly visitsPerDay: number;
  readonly seed: string;
  /** An hour, counted from the start, in which every page and call of the application is answered 502: the planted fault. */
  readonly badHour?: number;
};

const site = 'ocean-body';
const serverName = 'ocean-body.example';

/** @returns the same for the same options, but for tokens, whose keys are random */
export async function playDays(options: PlayOptions): Promise<PlayedDays> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-week-'));
  const endMs = options.startMs + options.days * dayMs;
  try {
    const path = join(folder, 'access.json.log');
    writeFileSync(path, rawLog(options, endMs));
    return { site, startMs: options.startMs, endMs, ...(await walked(path, options, endMs)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rawLog({ startMs, visitsPerDay, seed, badHour }: PlayOptions, endMs: number): string {
  const traffic = createTraffic({ seed, sites: [{ serverName, zone: 'Europe/Paris', visitsPerDay }], startMs, endMs });
  const lines: string[] = [];
  for (const { timeMs, text } of traffic.lines()) {
    if (timeMs >= endMs) break;
    const isBad = badHour !== undefined && Math.floor((timeMs - startMs) / hourMs) === badHour && !text.includes('"upstream_response_time":""');
    lines.push(isBad ? text.replace(/"status":"\d+"/, '"status":"502"') : text);
  }
  return `${lines.join('\n')}\n`;
}

async function walked(path: string, { startMs, days }: PlayOptions, endMs: number): Promise<Pick<PlayedDays, 'streams' | 'counters'>> {
  const streams = { access: [] as Line[], visit: [] as Line[], day: [] as Line[] };
  const counts = new Counts(startMs, days * 1440);
  const asText = accessTexts();
  const settings = { inputs: [{ name: 'main', path }], sites: [{ name: site, server_names: [serverName], zone: 'Europe/Paris', health_paths: ['/healthz'] }] };
  await readHistory(
    {
      files: [{ name: 'main', path, format: 'json', piped: null }],
      input: 'main',
      site: null,
      watch: null,
      config: parseConfig(JSON.stringify(settings), 'the test'),
      graceMs: 120_000,
      line: (request) => {
        counts.line(request);
        streams.access.push({ ns: BigInt(request.timeMs) * 1_000_000n + BigInt(request.lineNumber % 1_000_000), text: asText(request) });
        return null;
      },
      dropped: (reason) => {
        throw new Error(`a line of healthy traffic was dropped: ${reason}`);
      },
      closed: (visit) => {
        counts.visit(visit.visitClass, visit.bounce);
        streams.visit.push({ ns: BigInt(visit.endMs) * 1_000_000n + BigInt(visit.subNs), text: visitLine(visit, 0.02) });
      },
      event: (event) => {
        // The end of the file ends its last day too, which a living processor would still have open.
        if (event.type === 'receipt' && Number(event.timestampNs.slice(0, -6)) < endMs - hourMs) streams.day.push({ ns: BigInt(event.timestampNs), text: event.line });
      },
      step: () => undefined,
      lost: () => undefined,
    },
    false,
  );
  return { streams, counters: counts.series() };
}

function accessTexts(): (request: PublicRequest) => string {
  const writer = new AccessText();
  const bytes = Buffer.alloc(65_536);
  const view = new DataView(bytes.buffer);
  return (request) => {
    if (accessLineBytes(request) > bytes.length) throw new Error('a line of generated traffic is longer than expected');
    return `{${bytes.toString('utf8', 0, writer.write(request, view, 0))}`;
  };
}

/** Counts as docs/metrics.md says, and keeps what it has at each full minute. */
class Counts {
  readonly #startMs: number;
  readonly #minutes: number;
  readonly #series = new Map<string, { readonly name: string; readonly labels: Readonly<Record<string, string>>; value: number; readonly values: number[] }>();
  #minute = 0;
  #day = '';
  readonly #visitors = new Set<string>();

  constructor(startMs: number, minutes: number) {
    this.#startMs = startMs;
    this.#minutes = minutes;
    // As the processor does: a counter that is known before the first line begins at 0.
    for (const agentClass of ['browser', 'bot']) for (const kind of ['page', 'asset', 'api', 'feed', 'health', 'other']) for (const status of ['2xx', '3xx', '4xx', '5xx']) this.#add('web_requests_total', requestLabels(agentClass, kind, 'GET', status), 0);
    for (const agentClass of ['human', 'bot', 'suspected']) this.#visited(agentClass, false, 0);
    this.#series.set('today', { name: 'web_visitors_today', labels: { site, agent_class: 'browser' }, value: 0, values: [] });
  }

  line({ timeMs, day, visitor, agentClass, kind, method, status, audience }: PublicRequest): void {
    this.#reach(timeMs);
    this.#add('web_requests_total', requestLabels(agentClass, kind, ['GET', 'HEAD', 'POST'].includes(method) ? method : 'other', `${Math.floor(status / 100)}xx`), 1);
    this.#add('logproc_lines_read_total', { input: 'nginx' }, 1);
    if (day !== this.#day) this.#visitors.clear();
    this.#day = day;
    if (audience && agentClass === 'browser' && visitor !== null) this.#visitors.add(visitor);
    this.#series.get('today')!.value = this.#visitors.size;
  }

  visit(visitClass: string, bounce: boolean): void {
    this.#visited(visitClass, bounce, 1);
  }

  series(): readonly Counter[] {
    this.#reach(this.#startMs + this.#minutes * minuteMs);
    return [...this.#series.values()];
  }

  #visited(visitClass: string, bounce: boolean, by: number): void {
    this.#add('web_visits_total', { site, agent_class: visitClass }, by);
    this.#add('web_bounces_total', { site, agent_class: visitClass }, bounce ? by : 0);
    this.#add('logproc_visits_opened_total', {}, by);
    this.#add('logproc_visits_closed_total', {}, by);
  }

  #add(name: string, labels: Readonly<Record<string, string>>, by: number): void {
    const key = name + JSON.stringify(labels);
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = { name, labels, value: 0, values: Array.from({ length: this.#minute }, () => 0) }));
    series.value += by;
  }

  /** Shows every minute that has passed. */
  #reach(timeMs: number): void {
    for (; this.#startMs + this.#minute * minuteMs <= timeMs && this.#minute <= this.#minutes; this.#minute += 1) {
      for (const series of this.#series.values()) series.values.push(series.value);
    }
  }
}

const requestLabels = (agentClass: string, kind: string, method: string, statusClass: string) => ({ site, agent_class: agentClass, kind, method, status_class: statusClass });
