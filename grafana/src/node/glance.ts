/** The machine in eight numbers. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertAt } from '../limits.ts';
import { why } from '../no-data.ts';
import { watts } from '../queries/energy.ts';
import * as ask from '../queries/node.ts';
import { number } from './lines.ts';

const share = { decimals: 0, course: true, min: 0, max: 1 } as const;
/** Red where the alert begins. */
const until = (limit: number) => ({ ...share, steps: ['green', [limit - 0.1, 'orange'], [limit, 'vermilion']] }) as const;

export const glance: readonly Builder<Panel>[] = [
  number(['Processor busy', 'Share of all cores that is not idle.', 'percentunit'], ask.busyRatio(), until(alertAt.cpuRatio)),
  number(['Load per core', 'Processes that run or want to, over the number of cores. Above 1 they wait for one another.', 'none'], ask.loadPerCore(), { decimals: 2, course: true, steps: ['green', [1, 'orange'], [2, 'vermilion']] }),
  number(['Memory in use', 'Share of the memory that no process could get any more. Caches do not count: the kernel gives them back.', 'percentunit'], ask.memoryUsedRatio(), until(alertAt.memoryRatio)),
  number(['Swap in use', 'Share of the swap space in use. Little is harmless, growth is not.', 'percentunit'], ask.swapUsedRatio(), { ...share, empty: 'this machine has no swap space.', brief: 'no swap', steps: ['green', [0.25, 'orange'], [0.75, 'vermilion']] }),
  number(['Fullest file system', 'Share of the space in use on the fullest file system with data.', 'percentunit'], `max(${ask.spaceUsedRatio()})`, until(alertAt.diskRatio)),
  number(['Power', 'Watts of the machine from its best source; "CO2 and energy" has the rest.', 'watt'], watts(), { course: true, decimals: 1, empty: why.energy }),
  number(['Up since', 'Time since the last start of the machine.', 's'], ask.uptime()),
  number(['Cores', 'Logical processors that the kernel uses.', 'short'], ask.cores(), { decimals: 0 }),
];
