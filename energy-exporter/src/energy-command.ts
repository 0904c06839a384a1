/** `tidewatch energy`: reads the machine and tells the collector, until it is told to stop. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnergyConfig } from '../../log-processor/src/config-energy.ts';
import { ConfigRefused } from '../../log-processor/src/config-refused.ts';
import type { Config } from '../../log-processor/src/config-schema.ts';
import { createLogger } from '../../log-processor/src/logger.ts';
import type { Logger } from '../../log-processor/src/logger.ts';
import { version } from '../../log-processor/src/version.ts';
import { askJson } from './ask-json.ts';
import { openCgroups } from './containers/open-cgroups.ts';
import { mostServices } from './containers/room-for-services.ts';
import { watchContainers } from './containers/watch-containers.ts';
import type { Containers } from './containers/watch-containers.ts';
import { EnergyLedger } from './energy-ledger.ts';
import { defaultPue, embodiedGramsPerHour } from './facts.ts';
import type { Facts } from './facts.ts';
import { serveHealth } from './health-page.ts';
import type { HealthPage } from './health-page.ts';
import type { Intensity } from './intensity/intensity.ts';
import { openGrid } from './open-intensity.ts';
import { openSensors } from './open-sensors.ts';
import { sendMetrics } from './otlp/send-metrics.ts';
import { pollSensors } from './poll-sensors.ts';
import { openExporter } from './run-exporter.ts';
import type { Exporter } from './run-exporter.ts';
import { endWhatHangs, toldToEnd } from './told-to-end.ts';

/** For providers of the grid; sensors have their own. */
const gridTimeoutMs = 20_000;
/** How long the first message waits for sensors and the grid. */
const firstLookMs = 10_000;
/** Looks for new containers every half minute at the usual interval. */
const findEvery = 6;

/** What the exporter takes from the configuration, and the yearly mean of its grid. */
export type Settings = Pick<Config, 'host' | 'log_level' | 'energy'> & { readonly headline: Intensity | null };

/** @throws ConfigRefused when its page cannot be opened */
export async function energy({ host, log_level: level, energy: config, headline }: Settings, configPath: string): Promise<void> {
  const logger = createLogger({ level });
  const exporter = assemble({ config, host, headline }, logger);
  const page = await openHealth(config, exporter, configPath);
  const end = exporter.start();
  await firstLook(exporter);
  const sending = sendMetrics({
    url: config.otlp_url,
    host,
    version,
    everyMs: config.interval_seconds * 1000,
    samples: () => exporter.samples(),
    trouble: (reason) => logger.often('collector', 'warn', 'the collector does not take what is sent', { reason }),
  });
  // Listens before it says so: whoever reads that it is up may end it at once.
  const told = toldToEnd();
  logger.info('the energy exporter is up', { collector: config.otlp_url, host, interval_seconds: config.interval_seconds });
  await told;
  end();
  await page?.close();
  // A collector that is away must not keep us: what it missed is gone anyway.
  await sending.close().catch((error: unknown) => logger.debug('the last values were not sent', { error: error instanceof Error ? error : null }));
  logger.info('ended in order');
  await logger.close();
  endWhatHangs();
}

/** What answers at once is in the first message; what hangs holds nobody up. */
async function firstLook(exporter: Exporter): Promise<void> {
  const patience = new AbortController();
  await Promise.race([exporter.readOnce(), sleep(firstLookMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
}

/** Null where none is configured. @throws ConfigRefused when its door cannot be opened */
async function openHealth({ health_address: address, health_port: port }: EnergyConfig, exporter: Exporter, configPath: string): Promise<HealthPage | null> {
  if (port === undefined) return null;
  return serveHealth(address, port, () => exporter.health()).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new ConfigRefused(configPath, [`energy.health_port: ${address}:${port} cannot be opened (${code}); expected a free port of an address of this machine`]);
  });
}

function assemble({ config, host, headline }: { readonly config: EnergyConfig; readonly host: string; readonly headline: Intensity | null }, logger: Logger): Exporter {
  const elapsed = (): number => performance.now();
  const nowMs = (): number => Date.now();
  const ledger = new EnergyLedger(elapsed);
  const sensors = openSensors({ energy: config, elapsed, secret, ask: (url, { timeoutMs, authorization }) => askJson(url, { timeoutMs, headers: authorization === undefined ? {} : { authorization } }) });
  const grid = openGrid({
    energy: config, headline, nowMs, secret,
    ask: (url, headers = {}) => askJson(url, { timeoutMs: gridTimeoutMs, headers: { 'user-agent': `tidewatch/${version}`, ...headers } }),
    trouble: (provider, reason) => sayTrouble(logger, provider, reason),
  }); // prettier-ignore
  const polling = pollSensors({
    sensors,
    ledger,
    trouble: (sensor, error) => logger.warn('a power sensor gives no reading', { sensor, reason: wordsOf(error) }),
    recovered: (sensor) => logger.info('a power sensor reads again', { sensor }),
  });
  return openExporter({
    ledger, polling, ...grid,
    containers: openContainers(config, logger),
    procFolder: config.proc_folder,
    facts: factsOf(config, host),
    everyMs: config.interval_seconds * 1000, elapsed,
    trouble: (what, error) => logger.often(`machine ${what}`, 'warn', 'the machine cannot be read', { what, reason: wordsOf(error) }),
  }); // prettier-ignore
}

function openContainers(config: EnergyConfig, logger: Logger): Containers | null {
  const reader = openCgroups(config.cgroup_folder);
  if (reader === null) {
    logger.warn('no cgroups here: nothing can be told per service', { cgroup_folder: config.cgroup_folder });
    return null;
  }
  const tooMany = (service: string): void => logger.warn('too many services: its containers are counted as unattributed', { service, at_most: mostServices });
  return watchContainers({ reader, procFolder: config.proc_folder, rules: config.services.map(({ name, ...rule }) => ({ service: name, ...rule })), findEvery, tooMany });
}

function factsOf({ pue, embodied, prices, hosting }: EnergyConfig, host: string): Facts {
  return {
    host,
    pue: pue === undefined ? defaultPue : { ratio: pue.ratio, datacenter: pue.datacenter, source: 'configured', period: pue.period },
    embodiedGramsPerHour: embodied === undefined ? null : embodiedGramsPerHour(embodied.kilograms, embodied.lifetime_years),
    prices: prices.map(({ site, euros_per_kwh: eurosPerKwh }) => ({ site, eurosPerKwh })),
    hosting: hosting ?? null,
  };
}

function sayTrouble(logger: Logger, provider: string, reason: string | null): void {
  if (reason === null) logger.info('the grid provider answers again', { provider });
  else logger.warn('the grid provider gave no intensity; the last value holds for 24 hours, then the yearly mean of the same method', { provider, reason });
}

/** @throws Error that names the file, never its content */
async function secret(path: string): Promise<string> {
  const text = (await readFile(path, 'utf8')).trim();
  if (text === '' || /[\r\n]/.test(text)) throw new Error(`the secret file ${path} must hold one line`);
  return text;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
