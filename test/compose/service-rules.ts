/** The hardening that every single service of compose.yaml keeps. A rule answers with what is wrong, or with nothing. */
import { at, mountsOf, texts } from './compose-file.ts';
import type { Service } from './compose-file.ts';

export type ServiceRule = {
  /** The key of `x-exception` that lets a service off, where that is allowed at all. */
  readonly key: string;
  readonly says: string;
  readonly broken: (service: Service, name: string) => boolean;
};

const isNumber = (value: unknown): boolean => /^\d+(?:\.\d+)?$/.test(String(value)) && Number(value) > 0;
const memory = /^\d+M$/;
const ids = /^[1-9]\d*:[1-9]\d*$/;
const secretName = /PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|API_?KEY/i;
/** What Compose takes and nobody should use any more, or what opens a door. */
const forbidden = ['container_name', 'links', 'external_links', 'devices', 'device_cgroup_rules', 'ipc', 'userns_mode', 'volumes_from', 'sysctls', 'use_api_socket', 'env_file'];

export const serviceRules: readonly ServiceRule[] = [
  { key: 'image', says: 'its image is pinned to a whole version, never `latest`', broken: ({ image }) => !/^[a-z0-9./_-]+:v?\d+\.\d+\.\d+(?:-[a-z0-9.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(String(image)) },
  { key: 'user', says: 'it runs as a user and a group of its own that are not root', broken: ({ user }) => !ids.test(String(user)) },
  { key: 'read_only', says: 'its root is read-only', broken: (service) => service['read_only'] !== true },
  { key: 'cap_drop', says: 'it drops every capability', broken: (service) => texts(service['cap_drop']).join() !== 'ALL' },
  { key: 'cap_add', says: 'it adds no capability', broken: (service) => texts(service['cap_add']).length > 0 },
  { key: 'privileged', says: 'it is not privileged', broken: (service) => service['privileged'] !== undefined },
  { key: 'security_opt', says: 'it gains no privileges, and keeps the profiles of Docker', broken: (service) => texts(service['security_opt']).join() !== 'no-new-privileges:true' },
  { key: 'memory', says: 'its memory is limited', broken: (service) => !memory.test(String(at(service, 'deploy', 'resources', 'limits', 'memory'))) },
  { key: 'cpus', says: 'its share of the processor is limited', broken: (service) => !isNumber(at(service, 'deploy', 'resources', 'limits', 'cpus')) },
  { key: 'pids', says: 'the number of its processes is limited', broken: (service) => !isNumber(at(service, 'deploy', 'resources', 'limits', 'pids')) },
  { key: 'core', says: 'it leaves no core dump', broken: (service) => at(service, 'ulimits', 'core') !== 0 },
  { key: 'healthcheck', says: 'it has a health check that asks something', broken: ({ healthcheck }) => at(healthcheck, 'disable') === true || !['CMD', 'CMD-SHELL'].includes(texts(at(healthcheck, 'test'))[0] ?? '') || texts(at(healthcheck, 'test')).length < 2 },
  { key: 'restart', says: 'it comes back after a crash, and stays down when it was stopped', broken: ({ restart }) => restart !== 'unless-stopped' },
  { key: 'logging', says: 'what it says is kept within a size', broken: ({ logging }) => at(logging, 'driver') !== 'json-file' || at(logging, 'options', 'max-size') === undefined || at(logging, 'options', 'max-file') === undefined },
  { key: 'hostname', says: 'its host name is its service, by which meters tell containers apart', broken: ({ hostname }, name) => hostname !== name },
  { key: 'network_mode', says: 'it has a network of its own', broken: (service) => service['network_mode'] !== undefined && service['network_mode'] !== 'none' },
  { key: 'pid', says: 'it sees its own processes only', broken: ({ pid }) => pid !== undefined },
  { key: 'cgroup', says: 'it sees its own control group only', broken: ({ cgroup }) => cgroup !== undefined },
  { key: 'socket', says: 'it cannot talk to Docker', broken: (service) => mountsOf(service).some(({ source }) => /docker\.sock|containerd/.test(source)) },
  { key: 'volumes', says: 'no folder of the machine but its configuration is mounted', broken: (service) => mountsOf(service).some(({ source }) => source.startsWith('/')) },
  { key: 'writable', says: 'folders of the machine and configuration are mounted read-only', broken: (service) => mountsOf(service).some(({ source, readOnly }) => /^[./~]/.test(source) && !readOnly) },
  { key: 'tmpfs', says: 'its memory file systems are limited', broken: (service) => texts(service['tmpfs']).some((mount) => !/size=\d+m/.test(mount)) },
  { key: 'environment', says: 'no secret is in its environment: files only', broken: (service) => Object.keys(Array.isArray(service['environment']) ? {} : (at(service, 'environment') ?? {})).some((name) => secretName.test(name) && !name.endsWith('_FILE')) || Array.isArray(service['environment']) },
  { key: 'obsolete', says: 'it uses no obsolete or dangerous key', broken: (service) => forbidden.some((key) => service[key] !== undefined) },
];
