/** What the configured Loki would refuse or hide of a history, and which of its settings allows it: said before anything is pushed. */
import type { LokiLimits } from '../loki/look-back.ts';

export type HistoryAge = { readonly oldestMs: number; readonly nowMs: number };

const hourMs = 3_600_000;
/** A backfill takes its time; what is just young enough now must be so at its end. */
const spareHours = 24;

/** One sentence for each setting that stands in the way; empty where all is well. */
export function refusals({ oldestMs, nowMs }: HistoryAge, limits: LokiLimits, schemaFrom: string | null): string[] {
  const said: string[] = [];
  const ageMs = nowMs - oldestMs;
  const hours = Math.ceil(ageMs / hourMs) + spareHours;
  const oldest = new Date(oldestMs).toISOString().slice(0, 10);
  if (!(limits.maxAgeMs >= ageMs)) {
    said.push(`Loki refuses lines older than ${hoursText(limits.maxAgeMs)}, and the oldest here are of ${oldest}: set limits_config.reject_old_samples_max_age to ${hours}h, or reject_old_samples to false`);
  }
  if (!(limits.lookBackMs >= ageMs)) {
    said.push(`Loki hides accepted lines older than ${hoursText(limits.lookBackMs)} until they are flushed, so that a second run would double them: set ingester.query_store_max_look_back_period to ${hours}h`);
  }
  if (limits.sharded) said.push('Loki splits busy streams, and then its 204 does not prove that it stored every line: set limits_config.shard_streams.enabled to false');
  if (schemaFrom !== null && oldest < schemaFrom) said.push(`Loki has no schema for days before ${schemaFrom}, and the oldest lines are of ${oldest}: set the first from of schema_config.configs to ${oldest} or earlier`);
  return said;
}

const hoursText = (milliseconds: number): string => (Number.isNaN(milliseconds) ? 'it says' : `${Math.round(milliseconds / hourMs)} h`);
