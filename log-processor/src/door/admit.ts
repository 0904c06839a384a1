/** Everything that can be said of a push before the first byte of its body is read. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { BodyPool, Room } from './body-pool.ts';
import { busySeconds, later } from './pushed.ts';
import type { Form, PushAnswer } from './pushed.ts';
import { announcedLength } from './read-body.ts';
import type { Senders } from './senders.ts';

export type AdmitTools = {
  readonly senders: Senders;
  readonly pool: BodyPool;
  readonly mostBodyBytes: number;
  /** The answer while nothing can be taken; null while it can. */
  refusal(): PushAnswer | null;
};

/** `room` is held for as much as the body may have. */
export type Admitted = { readonly sender: string; readonly form: Form; readonly room: Room };

export function admit(request: IncomingMessage, tools: AdmitTools): PushAnswer | Admitted {
  const sender = tools.senders.identify(request.headers);
  if (sender === null) return { status: 401, words: 'no sender of this tenant and secret' };
  const form = formOf(request.headers);
  if ('status' in form) return form;
  const refusal = tools.refusal();
  if (refusal !== null) return refusal;
  const announced = announcedLength(request);
  if (announced !== null && announced > tools.mostBodyBytes) return { status: 413, words: 'the body is too large' };
  const room = tools.pool.reserve(announced ?? tools.mostBodyBytes);
  return room === null ? later('too many pushes at once', busySeconds) : { sender, form, room };
}

/** As Loki reads them: whatever is not JSON is protobuf, and without a Content-Type nothing is taken. */
function formOf({ 'content-type': type = '', 'content-encoding': encoding = '' }: IncomingHttpHeaders): Form | PushAnswer {
  if (type.trim() === '') return { status: 400, words: 'no Content-Type' };
  const json = /^\s*application\/json\s*(?:;|$)/i.test(type);
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return { json, encoding: '' };
  if (name === 'snappy' || name === 'gzip' || name === 'deflate') return { json, encoding: name };
  return { status: 400, words: 'a Content-Encoding that is not supported' };
}
