/** What may be said aloud of an error or a word: no control characters, no address, and no text that an engine or a library quoted from a log line. */
import { isIP } from 'node:net';

/** Longer texts are cut. */
const maxCharacters = 500;
/** Controls (ESC, CR, LF), invisible format characters (bidi among them), line separators, lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;
const fourNumbers = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g;
const maybeSix = /[\da-f]{0,4}(?::[\da-f]{0,4}){2,}(?:[\da-f.]*[\da-f])?/gi;
/** They name the machine itself, as in `http://127.0.0.1:9400`. */
const ownAddress = /^(?:127\.|0\.0\.0\.0$|::1?$)/;

/** A text for a log or a page: one line, cut, and every address but the machine's own replaced. */
export function plainText(text: string): string {
  const line = text.slice(0, maxCharacters + 1).replace(unprintable, ' ');
  const cut = line.length > maxCharacters ? `${line.slice(0, maxCharacters)}...` : line;
  return cut.replace(maybeSix, hideAddress).replace(fourNumbers, hideAddress);
}

function hideAddress(found: string): string {
  return isIP(found.replace(/:$/, '')) === 0 || ownAddress.test(found) ? found : '[address]';
}

export type DescribedError = {
  /** The class, such as `StoreUnavailable`. */
  readonly name: string;
  /** What the system says, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** Only of errors that this program made itself. */
  readonly message?: string;
  /** Where it was made, as `file.ts:12`. */
  readonly at?: string;
  readonly cause?: DescribedError;
};

/** Made by the engine: `JSON.parse` and its like quote the offending text in them. */
const engineErrors: ReadonlySet<string> = new Set(['SyntaxError', 'TypeError', 'RangeError', 'ReferenceError', 'URIError', 'EvalError', 'AggregateError', 'DOMException']);
/** The file of ours in a stack frame. */
const frame = /([\w.-]+\.ts):(\d+)/;
/** A cause may have a cause, but a circle has no end. */
const maxCauses = 3;

/** Name, system code and place of an error; its message only where neither the engine nor the system wrote it. */
export function describeError(error: Error, depth = 0): DescribedError {
  const code = systemCode(error);
  const at = firstFrame(error);
  const ownWords = code === undefined && !engineErrors.has(error.constructor.name) && !engineErrors.has(error.name);
  return {
    name: plainText(error.constructor.name === 'Error' ? error.name : error.constructor.name),
    ...(code !== undefined && { code }),
    ...(ownWords && { message: plainText(error.message) }),
    ...(at !== undefined && { at }),
    ...(error.cause instanceof Error && depth < maxCauses && { cause: describeError(error.cause, depth + 1) }),
  };
}

function systemCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(error.code) ? error.code : undefined;
}

/** The message stands in front of the frames and could look like one, so it is cut off first. */
function firstFrame(error: Error): string | undefined {
  const stack = error.stack ?? '';
  const frames = stack.slice(stack.indexOf(error.message) + error.message.length);
  const found = frame.exec(frames);
  return found === null ? undefined : `${found[1] ?? ''}:${found[2] ?? ''}`;
}
