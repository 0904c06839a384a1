/** What keeps a processor from its work, put into words: for its log, and for whoever asks whether it is ready. */
import type { Delivery } from './loki/deliver.ts';
import type { Logger } from './logger.ts';

export function sayRawLogs(logger: Logger, input: string, files: number, trouble: string | null): void {
  if (trouble === null) logger.info('raw logs deleted: they are committed and in receipts, or too old', { input, files });
  else logger.often(`raw logs ${input}`, 'warn', 'raw logs could not be deleted; trying again', { input, reason: trouble });
}

export function noteWaiting(waiting: Map<string, string>, logger: Logger, what: 'state' | 'keys', reason: string | null): void {
  if (reason === null) {
    if (waiting.delete(what)) logger.info('it can be written again', { what });
    return;
  }
  waiting.set(what, reason);
  logger.often(`waiting ${what}`, 'error', 'cannot write; reading and pushing stop until it can be written again', { what, reason });
}

export function troubleOf(delivery: Delivery | null): readonly string[] {
  const state = delivery?.state();
  return state === undefined || state.state === 'idle' || state.state === 'delivering' ? [] : [`Loki: ${state.reason}`];
}
