/** Guesses how the lines of a finished file are written, so that `npm start -- FILE` needs no option for the usual ones. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKey } from './keys/digest.ts';
import { lineFormats, parserFor } from './parse/formats.ts';
import type { LineFormat } from './parse/formats.ts';
import { decodeLine } from './parse/decode-line.ts';
import { openFinishedFile } from './read/finished-file.ts';
import { BadUsage } from './bad-usage.ts';

/** Lines looked at: enough to get past a torn first line or some garbage. */
const looked = 100;
const newline = 10;

/**
 * The format that reads most of the first lines, plain or gz, unless `told` says it; null where there is no line at all.
 * @throws BadUsage when none reads any, or the file cannot be opened
 */
export async function detectFormat<Told extends string>(path: string, told: Told | null = null): Promise<LineFormat | Told | null> {
  const head = await firstBytes(path);
  return told !== null && head.some((byte) => byte !== newline) ? told : formatOf(head, path);
}

/** The same for bytes that are there. @param name what the bytes are, for the error */
export function formatOf(bytes: Buffer, name: string): LineFormat | null {
  const lines = decodeLine(bytes).split('\n').slice(0, looked);
  if (lines.every((line) => line === '')) return null;
  let best: { format: LineFormat; read: number } | null = null;
  for (const format of lineFormats) {
    const parse = parserFor(format);
    const read = lines.filter((line) => !('reason' in parse(line))).length;
    if (read > (best?.read ?? 0)) best = { format, read };
  }
  if (best === null) throw new BadUsage(`${name}: no line is nginx JSON, combined or common; expected an access log (see --format)`);
  return best.format;
}

async function firstBytes(path: string): Promise<Buffer> {
  await mustBeFile(path);
  try {
    const source = await openFinishedFile({ input: 'look', path, position: null, identityKey: generateKey() });
    const { bytes } = await source.read(262_144);
    const head = Buffer.from(bytes);
    await source.close();
    return head;
  } catch (error) {
    throw refusal(path, error);
  }
}

/** @throws BadUsage with what is there instead of a file */
async function mustBeFile(path: string): Promise<void> {
  const stats = await stat(path).catch((error: unknown) => {
    throw refusal(path, error);
  });
  if (stats.isDirectory()) throw new BadUsage(`${path}: is a folder; expected log files, such as ${join(path, '*.log')}`);
  if (!stats.isFile()) throw new BadUsage(`${path}: is no regular file; expected a log file, plain or gz`);
}

function refusal(path: string, error: unknown): BadUsage {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return new BadUsage(`${path}: there is no such file; expected a log file, plain or gz`);
  return new BadUsage(`${path}: cannot be read${code === '' ? '' : ` (${code})`}; expected a log file, plain or gz`, { cause: error });
}
