/** Follows all containers and adds up what each service used: a container that starts anew goes on where the one before it ended. */
import { findCgroups } from './find-cgroups.ts';
import type { FoundCgroup } from './find-cgroups.ts';
import { askWithin, nameService, processFacts } from './name-service.ts';
import type { ServiceRule } from './name-service.ts';
import { createRoom } from './room-for-services.ts';
import type { CgroupReader, Limits, Usage } from './usage.ts';

/** Null is what this kernel does not count: no number is not 0. */
export type ServiceUse = { cpuSeconds: number; memoryBytes: number | null; /** Infinity where one of its containers has none. */ memoryLimitBytes: number; readBytes: number | null; writtenBytes: number | null; cpuLimit: number };

export type ContainerOptions = {
  readonly reader: CgroupReader;
  readonly procFolder: string;
  readonly rules: readonly ServiceRule[];
  /** Looks for new containers and changed limits at every n-th reading. */
  readonly findEvery: number;
  /** How long the files of a process may take that might name a container. */
  readonly longestMs?: number;
  /** Told once of each service that finds no place: its containers stay in `unattributed`. */
  readonly tooMany: (service: string) => void;
};

export type Containers = {
  /** Reads them all once. */
  read(): Promise<void>;
  /** Counters only rise; memory and limits are of now. */
  readonly services: ReadonlyMap<string, ServiceUse>;
  /** Living containers with a service. */
  readonly containers: ReadonlyMap<string, string>;
  /** Living containers that nothing names. */
  readonly unnamed: number;
};

type Followed = FoundCgroup & { readonly service: string | null; last: Usage | null; limits: Limits };

const usualLongestMs = 1000;

export function watchContainers({ reader, procFolder, rules, findEvery, longestMs = usualLongestMs, tooMany }: ContainerOptions): Containers {
  const services = new Map<string, ServiceUse>();
  const containers = new Map<string, string>();
  const followed = new Map<string, Followed>();
  const room = createRoom(tooMany);
  const ask = askWithin(longestMs);
  let readings = 0;
  const look = async (cgroup: FoundCgroup): Promise<void> => {
    const known = followed.get(cgroup.path);
    if (known !== undefined) known.limits = reader.limits(cgroup.path);
    if (known !== undefined && known.service !== null) return;
    const facts = await ask(async () => processFacts(procFolder, await reader.firstProcess(cgroup.path)));
    const named = nameService(cgroup, facts, rules);
    const service = named !== null && room.has(named, livingOf(followed), services) ? named : null;
    // What a container used before the exporter saw it first belongs to no minute that we know, unless it is new.
    const isNew = readings > 0 && known === undefined;
    followed.set(cgroup.path, { ...cgroup, service, last: isNew ? null : reader.usage(cgroup.path), limits: reader.limits(cgroup.path) });
  };
  const follow = async (): Promise<void> => {
    const found = findCgroups(reader.root, rules.flatMap((rule) => rule.cgroups));
    for (const path of followed.keys()) if (!found.some((cgroup) => cgroup.path === path)) followed.delete(path);
    for (const cgroup of found) await look(cgroup);
  };
  return {
    services,
    containers,
    get unnamed() { return [...followed.values()].filter(({ service }) => service === null).length; }, // prettier-ignore
    async read() {
      if (readings % findEvery === 0) await follow();
      readings += 1;
      containers.clear();
      for (const use of services.values()) [use.memoryBytes, use.memoryLimitBytes, use.cpuLimit] = [null, 0, 0];
      for (const cgroup of followed.values()) {
        const usage = cgroup.service === null ? null : reader.usage(cgroup.path);
        if (cgroup.service === null || usage === null) continue;
        if (cgroup.containerId !== null) containers.set(cgroup.containerId, cgroup.service);
        add(services, cgroup.service, cgroup, usage);
      }
    },
  };
}

const livingOf = (followed: ReadonlyMap<string, Followed>): ReadonlySet<string> => new Set([...followed.values()].flatMap(({ service }) => service ?? []));

function add(services: Map<string, ServiceUse>, service: string, cgroup: Followed, now: Usage): void {
  const { last: before, limits } = cgroup;
  cgroup.last = now;
  let use = services.get(service);
  if (use === undefined) services.set(service, (use = { cpuSeconds: 0, memoryBytes: null, memoryLimitBytes: 0, readBytes: null, writtenBytes: null, cpuLimit: 0 }));
  use.cpuSeconds += rise(before?.cpuSeconds, now.cpuSeconds);
  use.readBytes = plus(use.readBytes, now.readBytes === null ? null : rise(before?.readBytes, now.readBytes));
  use.writtenBytes = plus(use.writtenBytes, now.writtenBytes === null ? null : rise(before?.writtenBytes, now.writtenBytes));
  use.memoryBytes = plus(use.memoryBytes, now.memoryBytes);
  use.memoryLimitBytes += limits.memoryBytes ?? Infinity;
  use.cpuLimit += limits.cpus ?? 0;
}

/** What is known of two; null where nothing is. */
function plus(sum: number | null, more: number | null): number | null {
  return more === null ? sum : (sum ?? 0) + more;
}

/** A counter that fell was started anew. */
function rise(before: number | null | undefined, now: number): number {
  return now < (before ?? 0) ? now : now - (before ?? 0);
}
