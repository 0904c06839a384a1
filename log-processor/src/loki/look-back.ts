/** Reads Loki's own configuration for what the promise "exactly once" rests on, and says in words where it does not hold. */

export type LokiLimits = {
  /** How far back queries see lines that are accepted but not yet flushed; Infinity without a bound. */
  readonly lookBackMs: number;
  /** How old a line may be; Infinity where any age is taken. */
  readonly maxAgeMs: number;
  /** How far a line may be behind the newest of its stream. */
  readonly windowMs: number;
  readonly sharded: boolean;
};

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6, us: 1e-3, 'µs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000,
};

/** `192h0m0s`, `1w`, `-1ns` -> milliseconds; NaN when it is no duration as Go or Prometheus write it. */
export const durationMs = (text: string): number => {
  const match = /^(-?)((?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|w|y))+|0)$/.exec(text);
  if (match === null) return NaN;
  let sum = 0;
  for (const [, value, unit] of (match[2] ?? '').matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w|y)/g)) sum += Number(value) * (unitMs[unit ?? ''] ?? NaN);
  return match[1] === '-' ? -sum : sum;
};

/** The value of `section.path` in the YAML that Loki prints of itself: two spaces a level, scalars on their key's line. */
const scalar = (config: string, path: readonly string[]): string => {
  let block = config;
  for (const [depth, key] of path.entries()) {
    const indent = '  '.repeat(depth);
    const found = new RegExp(`^${indent}${key}:[ ]?(.*)\\n((?:${indent}  .*\\n|\\n)*)`, 'm').exec(`${block}\n`);
    if (found === null) return '';
    if (depth === path.length - 1) return (found[1] ?? '').trim();
    block = found[2] ?? '';
  }
  return '';
};

/** What `/config` says; NaN for what it does not say. */
export const readLimits = (config: string): LokiLimits => {
  const lookBackMs = durationMs(scalar(config, ['ingester', 'query_store_max_look_back_period']));
  const rejects = scalar(config, ['limits_config', 'reject_old_samples']) !== 'false';
  return {
    // Exactly -1 ns means without a bound; any other negative value makes every query empty.
    lookBackMs: lookBackMs === -1e-6 ? Infinity : lookBackMs,
    maxAgeMs: rejects ? durationMs(scalar(config, ['limits_config', 'reject_old_samples_max_age'])) : Infinity,
    windowMs: durationMs(scalar(config, ['ingester', 'max_chunk_age'])) / 2,
    sharded: scalar(config, ['limits_config', 'shard_streams', 'enabled']) !== 'false',
  };
};

/** One sentence per promise that this Loki cannot keep; empty when it keeps all. */
export const lookBackWarnings = (limits: LokiLimits): string[] => {
  const warnings: string[] = [];
  if (!(limits.lookBackMs >= limits.maxAgeMs)) {
    warnings.push(
      'Loki hides accepted lines older than its look-back until they are flushed, so after a failure they can only be promised at least once: ' +
        'set ingester.query_store_max_look_back_period to more than limits_config.reject_old_samples_max_age',
    );
  }
  if (limits.windowMs < 3_600_000) {
    warnings.push('Loki takes lines less than 1 h behind their stream, so late lines may be refused: set ingester.max_chunk_age to 2h or more');
  }
  if (limits.sharded) {
    warnings.push('Loki splits busy streams, and then its 204 does not prove that it stored every line: set limits_config.shard_streams.enabled to false');
  }
  return warnings;
};
