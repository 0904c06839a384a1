/** `tidewatch backfill FILE...`: looks at old logs, says what would be refused, and fills them into Loki and into OpenMetrics; the same files twice change nothing. */
import { BadUsage } from './bad-usage.ts';
import type { Command } from './command-line.ts';
import { readConfig } from './config.ts';
import type { Config } from './config-schema.ts';
import { createBackfillReading } from './backfill/backfill-reading.ts';
import type { BackfillReading } from './backfill/backfill-reading.ts';
import { fillLoki } from './backfill/fill-loki.ts';
import { HistoryLedger } from './backfill/history-ledger.ts';
import { createHistoryMetrics } from './backfill/history-metrics.ts';
import type { HistoryMetrics } from './backfill/history-metrics.ts';
import { lookAtLoki } from './backfill/look-at-loki.ts';
import type { LookedAt } from './backfill/look-at-loki.ts';
import { OtherHistory } from './backfill/match-entries.ts';
import type { Survey } from './backfill/survey.ts';
import { daysText } from './backfill/wanted-days.ts';
import { openFiles } from './history/history-files.ts';
import { createLokiClient } from './loki/loki-client.ts';
import type { LokiClient } from './loki/loki-client.ts';
import { LokiUnavailable } from './loki/loki.ts';
import { incompleteExitCode } from './losses.ts';
import { credentialsOf } from './open-output.ts';
import { systemClock } from './system-clock.ts';

export type BackfillCommand = Extract<Command, { name: 'backfill' }>;

/** @throws BadUsage, ConfigRefused before anything is written; an Error naming what broke */
export async function backfill(command: BackfillCommand, say: (text: string) => void): Promise<void> {
  const config = readConfig(command.config);
  checkUse(command, config);
  const files = await openFiles(command.files, command.format);
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  tell(`reading ${files.map(({ path, format }) => `${path} as ${format}`).join(', ')}${command.format === null ? ' (guessed from the first lines; --format says otherwise)' : ''}`);
  const reading = createBackfillReading({ config, files, site: command.site, wanted: command, watcher: process.stderr });
  const survey = await reading.survey();
  sayDays(survey, command, tell);
  if (survey.lines === 0) throw new BadUsage(`no line of ${daysText(command)} is in these files; nothing was written`);
  const client = command.toLoki ? createLokiClient({ url: config.loki_url, clock: systemClock, ...credentialsOf(config) }) : null;
  const looked = client === null ? null : await askedLoki(client, { command, config, survey, tell });
  if (command.isDryRun) {
    say('nothing stands in the way; nothing was written (--dry-run)');
    return;
  }
  await fill({ command, config, client, looked, reading, tell, say });
}

function checkUse({ toLoki, site, config: path, files }: BackfillCommand, config: Config): void {
  if (toLoki && config.output !== 'loki') throw new BadUsage(`${path}: output is files, so there is no Loki to fill; expected output: loki, or --only-openmetrics`);
  if (site !== null && !config.sites.some(({ name }) => name === site)) throw new BadUsage(`--site ${JSON.stringify(site.slice(0, 60))}: expected the name of a site in ${path}`);
  const tailed = config.inputs.find((input) => files.includes(input.path) && input.start_at === 'beginning');
  if (tailed !== undefined) throw new BadUsage(`${tailed.path}: the processor follows it from its beginning (input ${tailed.name}), so a backfill would count its lines twice`);
}

function sayDays(survey: Survey, command: BackfillCommand, tell: (text: string) => void): void {
  for (const [site, days] of survey.bySite()) {
    const lines = days.reduce((sum, day) => sum + day.lines, 0);
    tell(`${site}: ${days.length} day(s) with lines, ${days[0]?.day ?? ''} to ${days.at(-1)?.day ?? ''}, ${lines.toLocaleString('en-US')} lines (of ${daysText(command)})`);
  }
}

type Asking = { readonly command: BackfillCommand; readonly config: Config; readonly survey: Survey; readonly tell: (text: string) => void };

/** @throws BadUsage with everything that stands in the way at once */
async function askedLoki(client: LokiClient, { command, config, survey, tell }: Asking): Promise<LookedAt> {
  const looked = await lookAtLoki({ client, survey, origin: command.origin, host: config.host, nowMs: systemClock.nowMs() }).catch((error: unknown) => {
    throw error instanceof LokiUnavailable ? new Error(`the Loki at ${config.loki_url} gives no answer (${error.message}); nothing was written`) : error;
  });
  for (const note of looked.notes) tell(`note: ${note}`);
  if (looked.refusals.length > 0) throw new BadUsage(`nothing was written, because of ${looked.refusals.length} thing(s)\n${looked.refusals.map((line) => `  ${line}`).join('\n')}`);
  return looked;
}

type Filling = Omit<Asking, 'survey'> & { readonly client: LokiClient | null; readonly looked: LookedAt | null; readonly reading: BackfillReading; readonly say: (text: string) => void };

async function fill({ command, config, client, looked, reading, tell, say }: Filling): Promise<void> {
  const ledger = new HistoryLedger();
  const metrics = command.openMetrics === null ? null : createHistoryMetrics(reading.calendar);
  const sink = client === null || looked === null ? null : await fillLoki({ client, looked, ledger, origin: command.origin, config, clock: systemClock, waiting: (why) => tell(`waiting: ${why}`) });
  const { lines, lostBytes } = await reading.fill({ ledger, metrics, sink, keptFromMs: looked?.keptFromMs ?? -Infinity }).catch((error: unknown) => {
    throw error instanceof OtherHistory ? new BadUsage(error.message) : error;
  });
  writeMetrics(metrics, command, tell);
  if (lostBytes > 0) process.exitCode = incompleteExitCode;
  const { text, balanced } = ledger.text(lines);
  say(text);
  if (!balanced || ledger.count('lines', 'refused') > 0) process.exitCode = 1;
}

function writeMetrics(metrics: HistoryMetrics | null, { openMetrics: path, origin }: BackfillCommand, tell: (text: string) => void): void {
  if (metrics === null || path === null) return;
  metrics.write(path, origin);
  tell(`metrics: ${path}; promtool tsdb create-blocks-from openmetrics ${path} DATA_FOLDER makes blocks of it`);
}
