/** Reads the body of a push up to its limit and not a byte further. */
import type { IncomingMessage } from 'node:http';
import { PushRefused } from './pushed.ts';

/** The sender went away before its body was whole: there is nobody to answer, and nothing was taken. */
export class SenderGone extends Error {}

/** Bytes the body says it has; null where it does not say (chunked). */
export function announcedLength(request: IncomingMessage): number | null {
  const header = request.headers['content-length'];
  return header === undefined ? null : Number(header);
}

/** @throws PushRefused when it is longer than `most`, SenderGone when it ends early */
export function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length <= most) {
        pieces.push(piece);
        return;
      }
      request.pause();
      reject(new PushRefused(413, 'the body is too large'));
    });
    request.once('end', () => resolve(pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces)));
    request.once('close', () => reject(new SenderGone('the sender left'))); // after `end` this says nothing any more
    request.once('error', () => reject(new SenderGone('the sender left')));
  });
}
