import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import type { LogLevel, Logger } from './logger.ts';

/** Runs the real thing and returns what it wrote. */
const written = async (speak: (logger: Logger, clock: { nowMs: number }) => void, level: LogLevel = 'debug'): Promise<string> => {
  const destination = new PassThrough();
  const clock = { nowMs: 1_700_000_000_000 };
  const logger = createLogger({ level, destination, nowMs: () => clock.nowMs });
  speak(logger, clock);
  await logger.close();
  destination.end();
  return text(destination);
};
const entries = (output: string): unknown[] => output.trimEnd().split('\n').map((line): unknown => JSON.parse(line));

describe('the logger', () => {
  test('writes one JSON line per message with level, time and the fields', async () => {
    const output = await written((logger) => {
      logger.info('listening', { url: 'http://127.0.0.1:9400', port: 9400, ready: true });
      logger.debug('beat');
    });
    expect(entries(output)).toEqual([
      { level: 'info', time: 1_700_000_000_000, message: 'listening', url: 'http://127.0.0.1:9400', port: 9400, ready: true },
      { level: 'debug', time: 1_700_000_000_000, message: 'beat' },
    ]);
  });

  test('keeps quiet below its level', async () => {
    const output = await written((logger) => {
      logger.info('not said');
      logger.warn('said');
      logger.error('said too');
    }, 'warn');
    expect(entries(output)).toMatchObject([{ level: 'warn' }, { level: 'error' }]);
  });

  test('no field can forge a line, colour a terminal, turn the text or name an address', async () => {
    const output = await written((logger) => {
      logger.warn('strange', { value: 'a\n{"level":"info"}\u001b[31m\u202e 203.0.113.9', level: 'fatal', message: 'forged', time: 0 });
    });
    expect(output.split('\n')).toHaveLength(2);
    expect(entries(output)).toEqual([{ value: 'a {"level":"info"} [31m  [address]', level: 'warn', time: 1_700_000_000_000, message: 'strange' }]);
  });

  test('an error is its name and its place, never what it quotes', async () => {
    const output = await written((logger) => {
      try {
        JSON.parse('client 203.0.113.9');
      } catch (error) {
        logger.error('a bug', { error: error instanceof Error ? error : null });
      }
    });
    expect(entries(output)).toMatchObject([{ error: { name: 'SyntaxError' } }]);
    expect(output).not.toContain('203.0.113');
    expect(output).not.toContain('client');
  });

  test('a message that repeats is said once in 30 s with the count of the others', async () => {
    const output = await written((logger, clock) => {
      for (let index = 0; index < 10; index += 1) logger.often('loki', 'warn', 'Loki does not answer', { attempt: index });
      logger.often('disk', 'warn', 'the disk is full');
      clock.nowMs += 30_000;
      logger.often('loki', 'warn', 'Loki does not answer', { attempt: 10 });
      logger.often('loki', 'warn', 'Loki does not answer', { attempt: 11 });
    });
    expect(entries(output)).toMatchObject([
      { message: 'Loki does not answer', attempt: 0 },
      { message: 'the disk is full' },
      { message: 'Loki does not answer', attempt: 10, suppressed: 9 },
      { level: 'info', message: 'a message said before came again before the end', said: 'Loki does not answer', attempt: 11, suppressed: 1 }, // at the close
    ]);
    expect(entries(output)).toHaveLength(4);
  });

  test('a reader that goes away does not take the program with it', async () => {
    const destination = new PassThrough();
    const logger = createLogger({ level: 'info', destination });
    destination.destroy(new Error('EPIPE'));
    await new Promise((resolve) => setImmediate(resolve));
    logger.info('said to nobody');
    await logger.close();
  });

  test('reads well through pino-pretty', async () => {
    const output = await written((logger) => {
      logger.info('listening', { port: 9400 });
    });
    const pretty = spawnSync('pino-pretty', ['--messageKey', 'message', '--colorize=false'], { input: output, encoding: 'utf8' });
    expect(pretty.error).toBeUndefined();
    expect(pretty.stdout).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening\n {4}port: 9400\n$/);
  });
});

/** Never called: `tsc` checks it, and complains about a line below that does compile. */
export function mistakesThatDoNotCompile(logger: Logger, line: string): void {
  // @ts-expect-error a message is fixed
  logger.info(line);
  // @ts-expect-error and not put together
  logger.info(`bad line: ${line}`.trim());
  // @ts-expect-error a field is no object
  logger.info('bad line', { line: { raw: 1 } });
}
