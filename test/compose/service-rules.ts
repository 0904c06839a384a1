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
const memory = /^[1-9]\d*M$/;
const ids = /^[1-9]\d*:[1-9]\d*$/;
const secretName = /PASS|SECRET|TOKEN|CREDENTIAL|(?:^|_)KEY$|APIKEY/i;
const secretWord = /--?[\w.-]*(?:pass|secret|token|credential)[\w.-]*=/i;
/** What a health check can ask: an address, a port, or the program itself. */
const asks = /https?:\/\/|\/dev\/tcp\/|(?:^| )-health$/;
/** The keys that somebody has thought about. Another one is obsolete, opens a door, or belongs here with a rule of its own. */
const known = new Set([
  ...['image', 'build', 'pull_policy', 'hostname', 'profiles', 'entrypoint', 'command', 'user', 'group_add', 'environment', 'depends_on', 'networks', 'network_mode', 'extra_hosts', 'ports', 'volumes', 'tmpfs'],
  ...['read_only', 'cap_drop', 'cap_add', 'privileged', 'security_opt', 'restart', 'init', 'ulimits', 'logging', 'healthcheck', 'stop_signal', 'stop_grace_period', 'deploy', 'pid', 'cgroup', 'x-exception'],
]);
const isListOfTexts = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

export const serviceRules: readonly ServiceRule[] = [
  { key: 'image', says: 'its image is pinned to a whole version, never `latest`', broken: ({ image }) => !/^[a-z0-9./_-]+:v?\d+\.\d+\.\d+(?:-[a-z0-9.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(String(image)) },
  { key: 'pull_policy', says: 'what is built here is taken from no registry, where anybody may have its name', broken: (service) => service['build'] !== undefined && service['pull_policy'] !== 'never' },
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
  { key: 'healthcheck', says: 'it has a health check that asks something', broken: ({ healthcheck }) => at(healthcheck, 'disable') === true || texts(at(healthcheck, 'test'))[0] !== 'CMD' || !asks.test(texts(at(healthcheck, 'test')).join(' ')) },
  { key: 'restart', says: 'it comes back after a crash, and stays down when it was stopped', broken: ({ restart }) => restart !== 'unless-stopped' },
  { key: 'logging', says: 'what it says is kept within a size', broken: ({ logging }) => at(logging, 'driver') !== 'json-file' || !/^[1-9]\d*m$/.test(String(at(logging, 'options', 'max-size'))) || !/^[1-9]$/.test(String(at(logging, 'options', 'max-file'))) },
  { key: 'hostname', says: 'its host name is its service, by which meters tell containers apart', broken: ({ hostname }, name) => hostname !== name },
  { key: 'network_mode', says: 'it has a network of its own', broken: (service) => service['network_mode'] !== undefined && service['network_mode'] !== 'none' },
  { key: 'pid', says: 'it sees its own processes only', broken: ({ pid }) => pid !== undefined },
  { key: 'cgroup', says: 'it sees its own control group only', broken: ({ cgroup }) => cgroup !== undefined },
  { key: 'socket', says: 'it cannot talk to Docker', broken: (service) => mountsOf(service).some(({ source }) => /docker\.sock|containerd/.test(source)) },
  { key: 'form', says: 'its mounts are lists in the short form, which the rules about mounts can read', broken: (service) => !isListOfTexts(service['volumes']) || !isListOfTexts(service['tmpfs']) },
  { key: 'group_add', says: 'it is not in the group of root', broken: (service) => texts(service['group_add']).some((group) => !/^[1-9]\d*$/.test(group)) },
  { key: 'volumes', says: 'no folder of the machine but its configuration is mounted', broken: (service) => mountsOf(service).some(({ source }) => source.startsWith('/')) },
  { key: 'folder', says: 'of this folder it sees the part that is its own, and nothing above', broken: (service) => mountsOf(service).some(({ source }) => /^[.~]/.test(source) && !/^\.(?:\/[a-z][\w-]*(?:\.[\w-]+)*)+$/.test(source)) },
  { key: 'writable', says: 'folders of the machine and configuration are mounted read-only', broken: (service) => mountsOf(service).some(({ source, readOnly }) => /^[./~]/.test(source) && !readOnly) },
  { key: 'tmpfs', says: 'its memory file systems are limited', broken: (service) => texts(service['tmpfs']).some((mount) => !/size=\d+m/.test(mount)) },
  { key: 'environment', says: 'no secret is in its environment: files only', broken: (service) => Object.keys(Array.isArray(service['environment']) ? {} : (at(service, 'environment') ?? {})).some((name) => secretName.test(name) && !name.endsWith('_FILE')) || Array.isArray(service['environment']) },
  { key: 'command', says: 'no secret is among its words, which every process list shows', broken: (service) => [...texts(service['command']), ...texts(service['entrypoint'])].some((word) => secretWord.test(word)) },
  { key: 'known', says: 'it uses no key that nobody has thought about, such as an obsolete or a dangerous one', broken: (service) => Object.keys(service).some((key) => !known.has(key)) },
];
