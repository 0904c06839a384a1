/** Panels of the node dashboard: many, alike, so that their differences are all that is written. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { overTime, type OverTime } from '../panels/over-time.ts';
import { stat, type Stat } from '../panels/stat.ts';
import { promql } from '../query.ts';

export type Asked = readonly (readonly [expr: string, legend: string])[];

type Words = readonly [title: string, says: string, unit: string];

/** Three beside one another, eight high. Without a legend of its own a series is named by its labels. */
export const lines = ([title, says, unit]: Words, asked: Asked, more: Partial<OverTime> = {}): Builder<Panel> =>
  overTime({ title, says, unit, width: 8, height: 8, empty: why.node, queries: asked.map(([expr, legend]) => promql(expr, legend)), ...more });

export const number = ([title, says, unit]: Words, expr: string, more: Partial<Stat> = {}): Builder<Panel> =>
  stat({ title, says, unit, width: 6, height: 4, empty: why.node, queries: [promql(expr)], ...more });

/** Half of the width. */
export const wide = { width: 12 } as const;
export const whole = { width: 24 } as const;
