/**
 * The real house on one log, for benchmarks: followed as in production, so that visits close when their time has come, and stopped at the end of the file.
 * Its bodies for Loki can be taken away before they reach the outbox.
 */
import { join } from 'node:path';
import { parseConfig } from '../log-processor/src/config.ts';
import { openHouse } from '../log-processor/src/house.ts';
import type { House } from '../log-processor/src/house.ts';
import { createLogger } from '../log-processor/src/logger.ts';
import type { Body } from '../log-processor/src/store/store.ts';
import { systemClock } from '../log-processor/src/system-clock.ts';
import { spanOf, zone } from './make-log.ts';

export type BenchHouseOptions = { readonly log: string; /** Gets state, keys and lines. */ readonly home: string; readonly output: 'loki' | 'files' };

export function openBenchHouse({ log, home, output }: BenchHouseOptions): Promise<House> {
  const settings = {
    state_folder: join(home, 'state'),
    key_folder: join(home, 'keys'),
    files_folder: join(home, 'lines'),
    output,
    // Nobody listens there and nobody is asked, as long as no body reaches the outbox.
    loki_url: 'http://127.0.0.1:9',
    inputs: [{ name: 'bench', path: log, start_at: 'beginning' }],
    sites: [{ name: 'bench', zone }],
  };
  // It is as late as the last line says, so that nothing is too old for Loki.
  const aheadMs = spanOf(log).lastMs - Date.now();
  const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs };
  const config = parseConfig(JSON.stringify(settings), 'bench'); // JSON is YAML
  return openHouse({ config, logger: createLogger({ level: 'error', destination: process.stderr }), inputs: 'followed', clock });
}

/** Hands every finished body to `take` instead of committing it to the outbox; its lines stay in flight. */
export function takeBodies({ output }: House, take: (body: Body) => void): void {
  const sink = output.output;
  const seal = sink.seal.bind(sink);
  sink.seal = async () => {
    const { bodies, puts } = await seal();
    bodies.forEach(take);
    return { bodies: [], puts };
  };
}

/** How often it is looked whether everything is read. */
const pollMs = 20;

/** Runs until the log is read to its end and everything read is committed. */
export async function runToEnd({ processor, rooms }: House): Promise<void> {
  const watching = setInterval(() => {
    const begun = rooms.tallies.total('logproc_lines_read_total') > 0;
    if (begun && processor.sources.every(({ source }) => source.lagBytes() === 0)) processor.stop();
  }, pollMs);
  try {
    await processor.run();
  } finally {
    clearInterval(watching);
  }
}
