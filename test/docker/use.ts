/** What containers use: memory without the cache that could be dropped, and processor time, as the daemon itself counts them. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../compose/compose-file.ts';
import type { ComposeStack } from './compose-stack.ts';

export type Use = { readonly service: string; readonly mebibytes: number; readonly cpuSeconds: number };

/** One reading of every running container. */
export async function readUse(stack: ComposeStack): Promise<Use[]> {
  const names = (await stack.docker('ps', '--format', '{{.Names}}')).trim().split('\n').filter(Boolean);
  return Promise.all(names.map((name) => readOne(stack.daemon.host.slice('unix://'.length), name)));
}

/** Share of one processor core that each service used over the given seconds, and the memory at their end. */
export async function watchUse(stack: ComposeStack, seconds: number): Promise<{ service: string; mebibytes: number; core: number }[]> {
  const [before, startMs] = [await readUse(stack), performance.now()];
  await sleep(seconds * 1000);
  const [after, tookSeconds] = [await readUse(stack), (performance.now() - startMs) / 1000];
  return after.map(({ service, mebibytes, cpuSeconds }) => ({ service, mebibytes, core: (cpuSeconds - (before.find((one) => one.service === service)?.cpuSeconds ?? NaN)) / tookSeconds }));
}

/** https://docs.docker.com/reference/api/engine/: GET /containers/ID/stats */
async function readOne(socketPath: string, name: string): Promise<Use> {
  const answer = await new Promise<string>((resolve, reject) => {
    request({ socketPath, path: `/v1.41/containers/${name}/stats?stream=false&one-shot=true` }, (response) => void text(response).then(resolve, reject)).once('error', reject).end();
  });
  const stats: unknown = JSON.parse(answer);
  // Control groups of version 1 and 2 name the same thing differently.
  const cache = Number(at(stats, 'memory_stats', 'stats', 'total_inactive_file') ?? at(stats, 'memory_stats', 'stats', 'inactive_file') ?? 0);
  return {
    service: name.replace(/^tidewatch-|-\d+$/g, ''),
    mebibytes: (Number(at(stats, 'memory_stats', 'usage')) - cache) / 1_048_576,
    cpuSeconds: Number(at(stats, 'cpu_stats', 'cpu_usage', 'total_usage')) / 1e9,
  };
}
