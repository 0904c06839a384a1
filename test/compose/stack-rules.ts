/** The hardening that only the whole of compose.yaml shows: who meets whom, who is published, and who sees a raw log or a key. */
import { at, mountsOf, networksOf, texts } from './compose-file.ts';
import type { ComposeFile, Service } from './compose-file.ts';

export type StackRule = { readonly says: string; readonly broken: (file: ComposeFile) => readonly string[] };

/** Networks that reach the outside, and who may be on them (design section 8). */
const outside: Readonly<Record<string, readonly string[]>> = { edge: ['nginx', 'grafana'], egress: ['alertmanager', 'energy'] };

/** Volumes that hold what must not spread, and who may mount them; `!` marks the only ones who may write. */
const guarded: Readonly<Record<string, readonly string[]>> = {
  'access-logs': ['setup!', 'nginx!', 'processor!'],
  'error-logs': ['setup!', 'nginx!', 'promtail', 'alloy'],
  'app-logs': ['setup!', 'platform!', 'promtail', 'alloy'],
  'processor-state': ['setup!', 'processor!'],
  'processor-keys': ['setup!', 'processor!'],
  'grafana-secrets': ['setup!', 'grafana'],
};

const each = (file: ComposeFile, wrong: (name: string, service: Service) => boolean): string[] =>
  Object.entries(file.services).filter(([name, service]) => wrong(name, service)).map(([name]) => name);

const bindings = (service: Service): readonly string[] => texts(service['ports']);

/** What Docker takes for networks without an address of their own: https://docs.docker.com/engine/network/#automatic-subnet-allocation */
const poolsOfDocker = /^(?:172\.(?:1[7-9]|2\d|3[01])|192\.168)\./;

export const stackRules: readonly StackRule[] = [
  { says: 'no obsolete key stands at the top', broken: ({ keys }) => keys.filter((key) => !['name', 'services', 'networks', 'volumes', 'x-hardened', 'x-check'].includes(key)) },
  {
    says: 'every network but edge and egress is internal',
    broken: ({ networks }) => Object.entries(networks).filter(([name, network]) => (name in outside ? network['internal'] !== undefined : network['internal'] !== true)).map(([name]) => name),
  },
  {
    says: 'only nginx and Grafana are on edge, only Alertmanager and the energy exporter on egress',
    broken: (file) => each(file, (name, service) => Object.entries(outside).some(([network, allowed]) => networksOf(service).includes(network) && !allowed.includes(name))),
  },
  {
    says: 'every network that is used is declared, and none is the default one',
    broken: (file) => each(file, (_, service) => (service['network_mode'] === undefined && networksOf(service).length === 0) || networksOf(service).some((network) => !(network in file.networks))),
  },
  { says: 'only nginx and Grafana publish ports', broken: (file) => each(file, (name, service) => bindings(service).length > 0 && !['nginx', 'grafana'].includes(name)) },
  { says: 'Grafana is published on 127.0.0.1 only', broken: ({ services }) => bindings(services['grafana'] ?? {}).filter((binding) => !binding.startsWith('127.0.0.1:')) },
  { says: 'every published port names its address', broken: (file) => each(file, (_, service) => bindings(service).some((binding) => !/^\d+\.\d+\.\d+\.\d+:\d+:\d+$/.test(binding))) },
  {
    says: 'nobody is on edge or egress and reads raw logs but nginx',
    broken: (file) => each(file, (name, service) => name !== 'nginx' && networksOf(service).some((network) => network in outside) && mountsOf(service).some(({ source }) => source === 'access-logs' || source === 'error-logs')),
  },
  {
    says: 'raw logs, state, keys and secrets are mounted by those who need them, and written by fewer',
    broken: (file) =>
      each(file, (name, service) =>
        mountsOf(service).some(({ source, readOnly }) => {
          const allowed = guarded[source];
          return allowed !== undefined && !allowed.includes(`${name}!`) && (!allowed.includes(name) || !readOnly);
        }),
      ),
  },
  {
    says: 'no two services share a user, so that none can read what another wrote',
    broken: ({ services }) => {
      const users = Object.entries(services).map(([name, service]) => [name, String(service['user']).split(':')[0]] as const);
      return users.filter(([name, user]) => user !== '0' && users.some(([other, same]) => other !== name && same === user)).map(([name]) => name);
    },
  },
  {
    says: 'nothing runs before setup gave it its folders',
    broken: (file) => each(file, (name, service) => !['setup', 'kepler', 'demo'].includes(name) && at(service, 'depends_on', 'setup', 'condition') !== 'service_completed_successfully'),
  },
  {
    says: 'every named volume is declared and used',
    broken: ({ services, volumes }) => {
      const used = new Set(Object.values(services).flatMap((service) => mountsOf(service).map(({ source }) => source)).filter((source) => /^[a-z]/.test(source)));
      return [...[...used].filter((name) => !(name in volumes)), ...Object.keys(volumes).filter((name) => !used.has(name))];
    },
  },
  { says: 'node-exporter listens on the inner address of `observe`', broken: ({ services, networks }) => {
      const gateways = (at(networks['observe'], 'ipam', 'config') as readonly unknown[] | undefined)?.map((entry) => at(entry, 'gateway')) ?? [];
      const flag = texts(services['node-exporter']?.['command']).find((word) => word.startsWith('--web.listen-address='));
      return flag !== undefined && gateways.length === 1 && flag === `--web.listen-address=${String(gateways[0])}:9100` ? [] : ['node-exporter'];
    } },
  {
    says: 'no fixed address is one that Docker gives away by itself',
    broken: ({ networks }) => Object.entries(networks).filter(([, network]) => ((at(network, 'ipam', 'config') ?? []) as readonly unknown[]).some((entry) => poolsOfDocker.test(String(at(entry, 'subnet'))))).map(([name]) => name),
  },
];
