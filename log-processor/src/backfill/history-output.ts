/** Takes what the road gives out of a history, leaves out what was not asked for or may not be kept any more, and keeps the rest until its half hour is complete. */
import type { AccountEvent } from '../account/account-options.ts';
import type { Calendar } from '../account/calendar.ts';
import { visitLine } from '../account/visit-line.ts';
import { AccessText, accessLineBytes, streamOf } from '../access-line.ts';
import { handleEvents } from '../account-events.ts';
import { createBodyBuilder, encodeMetadata } from '../loki/body.ts';
import type { Entry } from '../output.ts';
import type { PublicRequest } from '../record.ts';
import { HalfHours } from './half-hours.ts';
import type { HistoryKind } from './half-hours.ts';
import type { HistoryLedger } from './history-ledger.ts';
import type { HistoryMetrics } from './history-metrics.ts';
import { transferTotalGrams } from '../transfer-carbon.ts';
import { holdsDay } from './wanted-days.ts';
import type { WantedDays } from './wanted-days.ts';

export type HistoryOutputOptions = {
  readonly wanted: WantedDays;
  readonly calendar: Pick<Calendar, 'dayOf'>;
  /** Lines and visits before this are older than Loki keeps them; receipts have their own retention. */
  readonly keptFromMs: number;
  readonly ledger: HistoryLedger;
  readonly metrics: HistoryMetrics | null;
};

const openingBrace = 0x7b;

export class HistoryOutput {
  readonly #options: HistoryOutputOptions;
  readonly #text = new AccessText();
  /** Builders need a stream, which the sink names: it encodes the lines anew. */
  readonly halfHours = new HalfHours((kind) => createBodyBuilder({ labels: { stream: kind }, kind, input: '' }));

  constructor(options: HistoryOutputOptions) {
    this.#options = options;
  }

  line(request: PublicRequest): null {
    const { wanted, keptFromMs, ledger, metrics } = this.#options;
    if (!holdsDay(wanted, request.day)) {
      ledger.end('lines', 'outside', 1);
      return null;
    }
    metrics?.line(request);
    if (request.timeMs < keptFromMs) {
      ledger.end('lines', 'past_retention', 1);
      return null;
    }
    const builder = this.halfHours.builderFor(streamOf(request), request.site, request.timeMs);
    const start = builder.beginLine(request.timeMs, request.lineNumber % 1_000_000, accessLineBytes(request));
    builder.view.setUint8(start, openingBrace);
    builder.endLine(this.#text.write(request, builder.view, start + 1));
    return null;
  }

  event(event: AccountEvent): void {
    const { metrics, wanted, ledger, calendar } = this.#options;
    if (event.type === 'key_due') return;
    const kind = event.type === 'visit' ? 'visits' : 'receipts';
    const day = event.type === 'visit' ? calendar.dayOf(event.visit.site, event.visit.endMs).day : event.day;
    ledger.made(kind);
    if (!holdsDay(wanted, day)) {
      ledger.end(kind, 'outside', 1);
      return;
    }
    if (event.type === 'visit') metrics?.visit(event.visit);
    else metrics?.dayIsOver(event.site, event.day);
    const nothing = (): void => undefined;
    handleEvents([event], 0, { visitLine: (visit) => visitLine(visit, transferTotalGrams(visit.bytes, visit.visitClass)), output: { add: (entry) => this.#add(entry) }, destroyKey: nothing, dayIsOver: nothing, refused: nothing });
  }

  #add(entry: Entry): null {
    const { keptFromMs, ledger } = this.#options;
    const kind: HistoryKind = entry.kind;
    if (kind === 'visit' && entry.timeMs < keptFromMs) ledger.end('visits', 'past_retention', 1);
    else this.halfHours.builderFor(kind, entry.site, entry.timeMs).add(entry.timeMs, entry.subNs, entry.text, encodeMetadata(entry.metadata));
    return null;
  }
}
