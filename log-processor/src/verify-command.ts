/** `tidewatch verify`: looks through everything a running Tidewatch keeps, and prints a statement that a privacy officer can file. */
import { createCalendar } from './account/calendar.ts';
import { readConfig } from './config.ts';
import type { Config } from './config-schema.ts';
import { sha256 } from './keys/digest.ts';
import { listKeyAges, listStrangers } from './keys/key-ages.ts';
import { labelString } from './loki/label-string.ts';
import { createLokiClient } from './loki/loki-client.ts';
import { credentialsOf } from './open-output.ts';
import { rawLogAges } from './raw-log-ages.ts';
import { recomputeAudience } from './recompute-audience.ts';
import { LineScrubber } from './scrub/scrub-line.ts';
import { createScrubber } from './scrub/scrub.ts';
import { zoneFinder } from './site-tools.ts';
import { systemClock } from './system-clock.ts';
import { checkKeys, checkRawLogs, checkRetention, mostRetentionMs } from './verify/check-ages.ts';
import { checkAudience } from './verify/check-audience.ts';
import { checkLeaks } from './verify/check-leaks.ts';
import { checkLedger } from './verify/check-ledger.ts';
import { checkReceipts } from './verify/check-receipts.ts';
import { unchecked } from './verify/check.ts';
import type { Check, Verdict } from './verify/check.ts';
import { FinishedDays } from './verify/finished-days.ts';
import { holdInFiles } from './verify/held-in-files.ts';
import { holdInLoki } from './verify/held-in-loki.ts';
import type { HeldEntry, HeldLines } from './verify/held-lines.ts';
import { readMetrics } from './verify/read-metrics.ts';
import type { Metrics } from './verify/read-metrics.ts';
import { statementText, verdictOf } from './verify/statement.ts';
import type { Statement } from './verify/statement.ts';
import { version } from './version.ts';

export type VerifyOptions = { readonly config: string; readonly days: number; readonly metricsUrl: string | null; readonly json: boolean };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const exitCodes: Readonly<Record<Verdict, number>> = { pass: 0, fail: 4, unknown: 5 };
const metricsTimeoutMs = 10_000;

/** @throws ConfigRefused; everything else that cannot be looked at is said in the statement */
export async function verify(options: VerifyOptions, say: (text: string) => void): Promise<void> {
  const config = readConfig(options.config);
  const nowMs = systemClock.nowMs();
  const lines = openHeld(config);
  const checks = await allChecks({ config, lines, nowMs, days: options.days, metrics: await askMetrics(options.metricsUrl ?? metricsUrlOf(config)) });
  const verdict = verdictOf(checks);
  const statement: Statement = { at: new Date(nowMs).toISOString(), version, configuration: options.config, host: config.host, sites: config.sites.map(({ name, server_names }) => ({ name, server_names })), place: lines.place, verdict, checks };
  say(options.json ? JSON.stringify(statement) : statementText(statement, sha256).trimEnd());
  process.exitCode = exitCodes[verdict];
}

type Parts = { readonly config: Config; readonly lines: HeldLines; readonly nowMs: number; readonly days: number; readonly metrics: Metrics | null };

async function allChecks({ config, lines, nowMs, days, metrics }: Parts): Promise<Check[]> {
  const finished = new FinishedDays(createCalendar(zoneFinder(config.sites)), nowMs);
  const [scrub, scrubLine] = [createScrubber({}), new LineScrubber()];
  const hits = { inValue: (text: string) => scrub(text).hits, inText: (text: string, timeMs: number) => scrubLine.scrub(text, { write: () => '', timeMs }).hits };
  const leaks = { lines, metrics, fromMs: nowMs - days * dayMs, toMs: nowMs + dayMs, hits, seen: (entry: HeldEntry) => finished.see(entry) };
  let held: Promise<HeldEntry[]> | null = null;
  const receipts = (): Promise<HeldEntry[]> => (held ??= Array.fromAsync(lines.receipts(nowMs)));
  const silent = '/metrics of the processor gives no answer: start it, or say where it is with --metrics-url.';
  return [
    await attempt('leaks', 'Is there personal data in anything that is kept?', () => checkLeaks(leaks)),
    metrics === null ? unchecked('ledger', 'Does the ledger of lines and of visits balance?', silent) : checkLedger(metrics),
    await attempt('receipts', 'Do the daily receipts form one unbroken chain?', async () =>
      checkReceipts({ receipts: await receipts(), sha256, daysWithLines: finished.bySite(), keptFromMs: nowMs - mostReceiptsMs }),
    ),
    await attempt('audience', 'Does the audience of each finished day follow from its raw log?', async () => checkAudience({ receipts: await receipts(), recomputed: await recomputeAudience(config) })),
    await keysCheck(config, metrics, nowMs),
    await attempt('raw_logs', 'Is every raw log deleted in time?', async () => checkRawLogs(await rawLogAges(config, nowMs - config.raw_log_hours * hourMs), config.raw_log_hours * hourMs, nowMs)),
    await attempt('retention', 'Are pseudonymised lines deleted in time?', () => retentionCheck(lines, nowMs)),
  ];
}

/** Receipts are kept for ten years; a chain may begin after that. */
const mostReceiptsMs = 3650 * dayMs;

async function keysCheck(config: Config, metrics: Metrics | null, nowMs: number): Promise<Check> {
  const question = 'Is every key of a finished day destroyed in time?';
  return attempt('keys', question, async () => {
    const keys = await listKeyAges(config.key_folder);
    return keys === null && metrics === null ? unchecked('keys', question, `${config.key_folder} cannot be looked into by this user, and /metrics gives no answer.`) : checkKeys(keys, metrics, nowMs, await listStrangers(config.key_folder));
  });
}

async function retentionCheck(lines: HeldLines, nowMs: number): Promise<Check> {
  const retention = await lines.retention();
  return checkRetention(retention, await lines.olderThan(nowMs - Math.min(retention?.keptMs ?? mostRetentionMs, mostRetentionMs)), nowMs);
}

/** A store that gives no answer is a finding, not an end: the other checks still say what they see. */
async function attempt(name: string, question: string, deed: () => Promise<Check>): Promise<Check> {
  try {
    return await deed();
  } catch (error) {
    return unchecked(name, question, `it could not be looked at: ${error instanceof Error ? error.message : 'unknown'}.`);
  }
}

function openHeld(config: Config): HeldLines {
  if (config.output === 'files') return holdInFiles(config.files_folder);
  return holdInLoki({ client: createLokiClient({ url: config.loki_url, clock: systemClock, ...credentialsOf(config) }), url: config.loki_url, selectorOf: labelString });
}

/** Where a processor on this machine shows them. */
function metricsUrlOf({ listen_address: host, listen_port: port }: Config): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}/metrics`;
}

async function askMetrics(url: string): Promise<Metrics | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(metricsTimeoutMs), redirect: 'error' });
    return answer.ok ? readMetrics(await answer.text()) : null;
  } catch {
    return null; // not there, or too slow: the statement says that it gave no answer
  }
}
