/** Access lines that come without a file of their own, and the parser that reads any line of a format. */
import type { InputConfig } from './config-schema.ts';
import type { InputInHand } from './intake.ts';
import { decodeLine } from './parse/decode-line.ts';
import { parserFor } from './parse/formats.ts';
import type { Sites } from './site-tools.ts';

/** An input whose access lines a sender pushes. It has no scanner: the memory of scanned words belongs to the one that reads the files. */
export function accessInput(name: string, { format, site }: Pick<InputConfig, 'format' | 'site'>, sites: Sites): InputInHand {
  return { name, parse: generalParser(format), scanner: null, site: site === undefined ? null : sites.ofName(site), lineNumber: 0, position: null };
}

/** When a line (without its `\n`) of the format was written, in milliseconds since 1970; null where it does not say. */
export function lineTimeOf(format: InputConfig['format']): (line: Buffer) => number | null {
  const parse = generalParser(format);
  return (line) => {
    const request = parse(line, 0, line.length);
    return 'reason' in request ? null : request.timeMs;
  };
}

/** Decodes and parses any line of the format. */
export function generalParser(format: InputConfig['format']): InputInHand['parse'] {
  const parse = parserFor(format);
  return (bytes, start, end) => parse(decodeLine(bytes.subarray(start, end)));
}
