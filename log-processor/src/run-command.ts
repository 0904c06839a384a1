/** `tidewatch run`: follows the configured logs until it is told to stop. */
import { readConfigHere } from './config-on-disk.ts';
import { openHouse } from './house.ts';
import type { House } from './house.ts';
import { createLogger } from './logger.ts';
import { incomplete, incompleteExitCode } from './losses.ts';
import type { Logger } from './logger.ts';
import { serveHouse } from './serve-house.ts';

/** @throws ConfigRefused, StateRefused, PositionRefused, ServerRefused before anything is read */
export async function run(configPath: string): Promise<void> {
  const config = await readConfigHere(configPath);
  const logger = createLogger({ level: config.log_level });
  const house = await openHouse({ config, logger, inputs: 'followed' });
  if (house.store.head === 0) sayFirstStart(logger, config.inputs, configPath);
  await sayPromises(house, logger);
  const opened = (url: string): void => logger.info('the processor is up', { metrics: `${url}/metrics`, live_page: `${url}/`, output: config.output });
  await serveHouse({ house, logger, host: config.listen_address, port: config.listen_port, opened });
  const lost = house.losses.text();
  if (lost !== null) {
    logger.error(incomplete, { inputs: lost });
    process.exitCode = incompleteExitCode;
  }
  logger.info('ended in order; everything that was read is committed');
  await logger.close();
}

/** The followed file itself is refused by a backfill as soon as somebody writes to it, so it is a copy that is told; and in a container there is neither npx nor a shell to type it in. */
function sayFirstStart(logger: Logger, inputs: readonly { readonly name: string; readonly path: string; readonly start_at: string }[], configPath: string): void {
  const words = `backfill FILE ... --config ${configPath} --until YESTERDAY`;
  for (const { name, path, start_at } of inputs) {
    if (path === '-' || start_at === 'beginning') continue;
    logger.info('first start: reading begins at the end of the file; older days come from files that nobody writes any more, its rotated ones and a copy of it, by this command', {
      input: name,
      file: path,
      command: `npx tidewatch ${words}`,
      command_in_the_stack: `docker compose run --rm --no-deps processor ${words}`,
    });
  }
}

/** What the configured Loki cannot promise is said once, at the start. */
async function sayPromises({ output }: House, logger: Logger): Promise<void> {
  if (output.client === null) return;
  try {
    for (const warning of await output.client.checkLookBack()) logger.warn('Loki can promise at least once only', { reason: warning });
  } catch (error) {
    // Loki may come later than we do; the check is advice, delivery waits by itself.
    logger.warn('Loki could not be asked for its configuration', { reason: error instanceof Error ? error.message : 'unknown' });
  }
}
