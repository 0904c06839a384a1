/** Finds out which version of cgroups a machine has. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createCgroupV1 } from './cgroup-v1.ts';
import { createCgroupV2 } from './cgroup-v2.ts';
import type { CgroupReader } from './usage.ts';

/** Version 2 where it is the only one; a hybrid machine accounts in version 1. Null where there is neither. */
export function openCgroups(root: string): CgroupReader | null {
  if (existsSync(join(root, 'cgroup.controllers'))) return createCgroupV2(root);
  return createCgroupV1(root);
}
