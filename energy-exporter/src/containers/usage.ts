/** What a cgroup has used and may use: the nouns between the two versions of cgroups and whoever adds them up. */
export type Usage = {
  /** Processor seconds since the cgroup was made. */
  readonly cpuSeconds: number;
  /** Bytes in use now, without page cache that could be dropped; null where it cannot be read. */
  readonly memoryBytes: number | null;
  /** Bytes since the cgroup was made; null where the kernel does not count them. */
  readonly readBytes: number | null;
  readonly writtenBytes: number | null;
};

export type Limits = {
  /** Bytes it may use; null where it has no limit. */
  readonly memoryBytes: number | null;
  /** How many processors it may use; null where it may use all. */
  readonly cpus: number | null;
};

export type CgroupReader = {
  /** Where containers are looked for. */
  readonly root: string;
  /** Null where the cgroup ended in between. */
  usage(path: string): Usage | null;
  limits(path: string): Limits;
  /** A process of the cgroup; null where there is none. */
  firstProcess(path: string): Promise<number | null>;
};
