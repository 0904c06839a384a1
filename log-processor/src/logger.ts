/** The door to winston and the only voice of the program: JSON lines that no visitor can write into. */
import winston from 'winston';
import { describeError, plainText } from './describe-error.ts';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Numbers, words of our own code and configuration, and errors. Never anything of a log line. */
export type LogFields = Readonly<Record<string, number | string | boolean | null | undefined | Error>>;

/** A message is written down in the code: a text that is put together at run time does not compile. */
type Fixed<M extends string> = string extends M ? never : M;
type Say = <const M extends string>(message: Fixed<M>, fields?: LogFields) => void;

export type Logger = { readonly [L in LogLevel]: Say } & {
  /** Says it at most once in 30 s per key, with the number of times it was `suppressed` in between. */
  often<const M extends string>(key: string, level: LogLevel, message: Fixed<M>, fields?: LogFields): void;
  /** Says, as information, how often what was said is still suppressed, and waits until everything is written. */
  close(): Promise<void>;
};

export type LoggerOptions = {
  readonly level: LogLevel;
  /** Standard output where it is left out. */
  readonly destination?: NodeJS.WritableStream;
  readonly nowMs?: () => number;
};

/** How long a repeated message is held back. */
const quietMs = 30_000;
/** Keys come from the code, so there are few; the limit is for the day one does not. */
const maxKeys = 1000;

/** JSON lines `{"level","time","message",...}`, as `pino-pretty --messageKey message` reads them; `time` in milliseconds since 1970. */
export function createLogger(options: LoggerOptions): Logger {
  const nowMs = options.nowMs ?? Date.now;
  const destination = options.destination ?? process.stdout;
  const output = winston.createLogger({
    level: options.level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: winston.format.printf(({ level, time, message, ...fields }) => JSON.stringify({ level, time, message, ...fields })),
    // winston's types give the class the type of its own instances.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    transports: [new winston.transports.Stream({ stream: destination, eol: '\n' })],
  });
  // A closed pipe leaves nobody to tell; delivering lines matters more than talking about it.
  destination.on('error', () => {
    output.silent = true;
  });

  const say = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    const spoken = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, speakable(value)]));
    output.log({ ...spoken, level, time: nowMs(), message: plainText(message) });
  };
  const often = createQuiet(nowMs, say);

  return {
    error: (message, fields) => say('error', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    info: (message, fields) => say('info', message, fields),
    debug: (message, fields) => say('debug', message, fields),
    often: often.say,
    async close() {
      often.sayRest();
      const written = new Promise<void>((resolve) => output.once('finish', resolve));
      output.end();
      await written;
    },
  };
}

type Waiting = { level: LogLevel; message: string; fields: LogFields; untilMs: number; suppressed: number };

function createQuiet(nowMs: () => number, say: (level: LogLevel, message: string, fields: LogFields) => void): { say: Logger['often']; sayRest(): void } {
  const waiting = new Map<string, Waiting>();
  const speak = ({ level, message, fields, suppressed }: Waiting): void => say(level, message, suppressed === 0 ? fields : { ...fields, suppressed });
  return {
    say(key, level, message, fields = {}) {
      const last = waiting.get(key);
      const now = nowMs();
      // A clock that was set back says it once more, instead of nothing for an hour.
      if (last !== undefined && now < last.untilMs && now >= last.untilMs - quietMs) {
        last.suppressed += 1;
        last.fields = fields;
        return;
      }
      if (last === undefined && waiting.size >= maxKeys) waiting.clear();
      speak({ level, message, fields, suppressed: last?.suppressed ?? 0, untilMs: now });
      waiting.set(key, { level, message, fields, suppressed: 0, untilMs: now + quietMs });
    },
    sayRest() {
      // By now it may be over: what was an error then is only a number here.
      for (const { message, fields, suppressed } of waiting.values()) if (suppressed > 0) say('info', 'a message said before came again before the end', { ...fields, said: message, suppressed });
      waiting.clear();
    },
  };
}

function speakable(value: LogFields[string]): unknown {
  if (value instanceof Error) return describeError(value);
  return typeof value === 'string' ? plainText(value) : value;
}
