/** Brings one body into Loki, however long it takes, so that every line is there once or is known to be refused for ever. */
import type { Body } from '../store/store.ts';
import { keepEntries } from './decode-body.ts';
import type { PushOutcome } from './loki.ts';
import { LokiUnavailable } from './loki.ts';

/** What a body's way needs of the world: Loki, and waiting. */
export type Attempts = {
  push(payload: Uint8Array): Promise<PushOutcome>;
  /** Places of the lines Loki lacks. @throws LokiUnavailable */
  missing(body: Body): Promise<ReadonlySet<number>>;
  /** False while Loki is not ready. */
  ready(): Promise<boolean>;
  /** Waits after a failure, longer each time. */
  pause(trouble: { readonly why: string; readonly answered: boolean; readonly afterMs?: number }): Promise<void>;
  /** Waits as long as Loki may work on a push whose sender is gone. */
  settle(): Promise<void>;
  /** Pushes left for finding the lines of this body that Loki refuses. */
  budget: number;
};

/** `look`: Loki may have some of the lines. `settle`: and may still be storing some. */
export type Doubt = 'none' | 'look' | 'settle';
type Part = { readonly body: Body; readonly doubt: Doubt; readonly refusedBefore: boolean };

/** Waits until nothing we sent earlier can still be on its way into Loki. */
export const settle = async (attempts: Attempts): Promise<void> => {
  // First a sign of life: a Loki that stands still would work on what it was sent only after it wakes up.
  while (!(await attempts.ready())) await attempts.pause({ why: 'Loki is not ready', answered: false });
  await attempts.settle();
};

/** Asks until Loki answers: the lines it lacks, or null when it has all. */
const missingPart = async (body: Body, attempts: Attempts): Promise<Body | null> => {
  for (;;) {
    try {
      const missing = await attempts.missing(body);
      if (missing.size === 0) return null;
      return missing.size === body.lines ? body : keepEntries(body, missing);
    } catch (error) {
      if (!(error instanceof LokiUnavailable)) throw error;
      await attempts.pause({ why: error.message, answered: false });
    }
  }
};

const resolveDoubt = async (part: Part, attempts: Attempts): Promise<Body | null> => {
  if (part.doubt === 'none') return part.body;
  if (part.doubt === 'settle') await settle(attempts);
  return missingPart(part.body, attempts);
};

/** Pushes both halves, in order, and answers how many lines were refused. */
const divide = async (body: Body, refusedBefore: boolean, attempts: Attempts): Promise<number> => {
  const places = Array.from({ length: body.lines }, (_, place) => place);
  const middle = Math.floor(body.lines / 2);
  let refused = 0;
  for (const half of [places.slice(0, middle), places.slice(middle)]) {
    refused += await bringPart({ body: keepEntries(body, new Set(half)), doubt: 'none', refusedBefore }, attempts);
  }
  return refused;
};

/**
 * After a 400 the good lines may be stored. What is still missing is pushed again, and if that is refused too, in ever smaller
 * parts, down to single lines: exactly those are dropped. When the budget is used up, what is missing after two refusals is
 * dropped together: it has been in pushes whose good lines Loki stored.
 */
const afterRejection = async (part: Part, attempts: Attempts): Promise<number> => {
  const missing = await missingPart(part.body, attempts);
  if (missing === null) return 0;
  if (!part.refusedBefore) return bringPart({ body: missing, doubt: 'none', refusedBefore: true }, attempts);
  if (missing.lines === 1 || attempts.budget <= 0) return missing.lines;
  return divide(missing, true, attempts);
};

/** Pushes until Loki says something final of this part. */
const pushPart = async (first: Part, attempts: Attempts): Promise<{ body: Body; result: PushOutcome } | null> => {
  let part = first;
  for (;;) {
    const body = await resolveDoubt(part, attempts);
    if (body === null) return null;
    if (part.refusedBefore) attempts.budget -= 1;
    const result = await attempts.push(body.payload);
    if (result.outcome !== 'retry' && result.outcome !== 'uncertain' && result.outcome !== 'misleading') return { body, result };
    part = { ...part, body, doubt: result.outcome === 'retry' ? 'none' : 'settle' };
    await attempts.pause(result);
  }
};

/** Answers how many lines of the part were refused for ever; all others are in Loki then. */
const bringPart = async (part: Part, attempts: Attempts): Promise<number> => {
  const end = await pushPart(part, attempts);
  if (end === null || end.result.outcome === 'accepted') return 0;
  if (end.result.outcome === 'rejected') return afterRejection({ ...part, body: end.body }, attempts);
  return end.body.lines === 1 ? 1 : divide(end.body, part.refusedBefore, attempts);
};

/** Brings the body into Loki and answers how many of its lines Loki refuses for ever. Ends only with that, or by what its tools throw. */
export const deliverBody = (body: Body, doubt: Doubt, attempts: Attempts): Promise<number> =>
  bringPart({ body, doubt, refusedBefore: false }, attempts);
