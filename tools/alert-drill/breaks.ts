/** What the drill breaks, how it mends it again, and which alerts have to arrive for it. */
import { join } from 'node:path';
import { addressOf } from '../stack/place.ts';
import type { RunningStack } from '../stack/run.ts';
import { change } from './hurry.ts';
import { sendDivers, type Divers } from './divers.ts';
import { keepOldKey, type OldKey } from './old-key.ts';
import type { SmallDisk } from './small-disk.ts';
import type { SlowProxy } from './visitors.ts';

export type Expected = { readonly alert: string; readonly label?: readonly [name: string, value: string] };

export type Break = {
  readonly what: string;
  readonly expected: readonly Expected[];
  break(): Promise<void> | void;
  mend(): Promise<void> | void;
};

export type Tools = { readonly stack: RunningStack; readonly proxy: SlowProxy; readonly disk: SmallDisk | null; readonly oldKeyPort: number };

/** Those of one row are broken at once: none hides another. A processor or an application that is gone hides much, so each has a row of its own. */
export function breakRows(tools: Tools): readonly (readonly Break[])[] {
  const atOnce = [plantAddress(tools), dirtyGrid(tools), oldKey(tools), slowApplication(tools), ...(tools.disk === null ? [] : [fullDisk(tools.disk)])];
  return [atOnce, [slowRoute(tools), stopped('the log agent is stopped', 'promtail', tools, [{ alert: 'LogAgentDown' }])], [stopped('the application is stopped', 'platform', tools, [{ alert: 'HttpCheckFailing' }, { alert: 'ErrorBudgetBurnFast' }])], [stopped('the processor is stopped', 'processor', tools, [{ alert: 'ProcessorDown', label: ['instance', addressOf(tools.stack.place, 'processor:9464')] }])]];
}

function stopped(what: string, name: string, { stack }: Tools, expected: readonly Expected[]): Break {
  return { what, expected, break: () => stack.end(name), mend: () => stack.begin(name) };
}

function fullDisk(disk: SmallDisk): Break {
  return { what: 'a small disk is filled', expected: [{ alert: 'DiskAlmostFull', label: ['mountpoint', disk.path] }], break: () => disk.fill(), mend: () => disk.remove() };
}

function slowRoute({ proxy }: Tools): Break {
  return { what: 'the route /dive takes three seconds', expected: [{ alert: 'SiteSlow' }], break: () => proxy.hold('/dive'), mend: () => proxy.hold(null) };
}

function slowApplication({ stack }: Tools): Break {
  let divers: Divers | null = null;
  return {
    what: 'the application is asked for deep dives only',
    // The slow burn first: the fast one holds it back.
    expected: [{ alert: 'ApplicationSlowSlow' }, { alert: 'ApplicationSlowFast' }],
    break: () => void (divers = sendDivers(addressOf(stack.place, 'platform:8000'))),
    mend: () => divers?.end(),
  };
}

/** The yearly mean of Poland instead of that of France: the energy exporter asks nobody. */
function dirtyGrid({ stack }: Tools): Break {
  const path = join(stack.place.folder, 'config', 'energy-exporter', 'energy.yaml');
  const move = async (from: string, to: string): Promise<void> => {
    change(path, (text) => text.replace(`grid_zone: ${from}`, `grid_zone: ${to}`));
    await stack.end('energy');
    await stack.begin('energy');
  };
  return { what: 'the grid is that of Poland', expected: [{ alert: 'CarbonIntensityHigh', label: ['zone', 'PL'] }], break: () => move('FR', 'PL'), mend: () => move('PL', 'FR') };
}

function oldKey({ stack, oldKeyPort }: Tools): Break {
  let kept: OldKey | null = null;
  return {
    what: 'a key of three days ago is kept',
    expected: [{ alert: 'KeyNotDestroyed', label: ['site', 'old-key'] }],
    break: async () => void (kept = await keepOldKey(stack.place, oldKeyPort)),
    mend: () => kept?.end(),
  };
}

/** Past the processor, straight into Loki. The address is one of RFC 5737. */
function plantAddress({ stack }: Tools): Break {
  const url = `http://${addressOf(stack.place, 'loki:3100')}/loki/api/v1/push`;
  const line = 'upstream timed out, client: 203.0.113.77, server: planted';
  const plant = async (): Promise<void> => {
    const body = JSON.stringify({ streams: [{ stream: { job: 'drill', stream: 'stack', service_name: 'planted' }, values: [[`${BigInt(Date.now()) * 1_000_000n}`, line]] }] });
    const { status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (status !== 204) throw new Error(`Loki answered ${status} to the planted line`);
  };
  return { what: 'an address is planted in Loki', expected: [{ alert: 'AddressInLogs', label: ['service_name', 'planted'] }], break: plant, mend: () => undefined };
}
