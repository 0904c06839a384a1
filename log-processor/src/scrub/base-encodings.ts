/** The encodings that turn a text into letters and digits: base64 in both alphabets and at any alignment, and hexadecimal. */
import { shortestBase64 } from './traits.ts';

/** A whole token with its padding; a hit in one of its pieces replaces all of it. */
export const tokenInBase = /(?<![A-Za-z0-9_+-])[A-Za-z0-9_+-]{10,}(?:=|%3[dD]){0,2}/g;

const readable = /[\x20-\x7e\t\r\n]{7,}/g;
// For a token that was cut or glued to another: whatever place among four its first character had, the bytes line up with one
// of these in front. Slashes are all ones, so that the bytes they make are no ASCII.
const fillers = ['', '/', '//', '///'];
const hexadecimal = /[0-9a-f]{14,}/gi;

function readableParts(bytes: Buffer): readonly string[] {
  // UTF-16 of plain text is that text with NUL between
  const text = bytes.toString('latin1').replaceAll('\0', '');
  return text.match(readable) ?? [];
}

function* fromHexadecimal(piece: string): Generator<string> {
  for (const start of [0, 1]) yield* readableParts(Buffer.from(piece.slice(start), 'hex'));
}

function* fromBase64(piece: string): Generator<string> {
  for (const filler of fillers) yield* readableParts(Buffer.from(filler + piece, 'base64'));
}

/**
 * Every readable text of at least 7 characters that may be hidden in a token.
 * Cutting at `+`, `/`, `-` and `_` is safe: in base64 of plain text they stand for `>`, `?` and `~` only, always as the last of four.
 */
export function* decodeBase(token: string): Generator<string> {
  for (const piece of token.split(/[^A-Za-z0-9]+/)) {
    for (const digits of piece.match(hexadecimal) ?? []) yield* fromHexadecimal(digits);
    if (piece.length >= shortestBase64 && /[A-Z]/.test(piece)) yield* fromBase64(piece);
  }
}
