/** The hardening that only the whole of compose.yaml shows: who meets whom, who is published, and who sees a raw log or a key. */
import { at, mountsOf, networksOf, object, texts } from './compose-file.ts';
import type { ComposeFile, Service } from './compose-file.ts';

export type StackRule = { readonly says: string; readonly broken: (file: ComposeFile) => readonly string[] };

/** Networks that reach the outside (design section 8). */
const outside = new Set(['edge', 'egress']);

/** Who may be on which network (design section 8): a network is what keeps two services apart. */
const members: Readonly<Record<string, readonly string[]>> = {
  edge: ['nginx', 'grafana'],
  egress: ['alertmanager', 'energy'],
  app: ['nginx', 'platform', 'otel-collector', 'demo'],
  live: ['nginx', 'processor'],
  ingest: ['processor', 'loki', 'promtail', 'alloy'],
  observe: ['processor', 'energy', 'loki', 'promtail', 'alloy', 'prometheus', 'alertmanager', 'otel-collector', 'grafana', 'kepler'],
};

/** Who may see which folder of the machine, and have which capability: an exception is one from the rule, not from all of it. */
const machineFolders: Readonly<Record<string, readonly string[]>> = { setup: ['/sys'], energy: ['/sys'], 'node-exporter': ['/'], kepler: ['/proc', '/sys'] };
const capabilities: Readonly<Record<string, readonly string[]>> = { setup: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'], kepler: ['DAC_READ_SEARCH', 'SYS_PTRACE'] };

/** What Grafana is told by its environment; the rest is in grafana.ini, where its test looks. */
const toldToGrafana = ['GF_PATHS_CONFIG', 'GF_PATHS_PROVISIONING', 'GF_SERVER_ROOT_URL', 'GF_SECURITY_COOKIE_SECURE', 'GF_SECURITY_ADMIN_PASSWORD__FILE', 'GF_SECURITY_SECRET_KEY__FILE'];

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
    broken: ({ networks }) => Object.entries(networks).filter(([name, network]) => (outside.has(name) ? network['internal'] !== undefined : network['internal'] !== true)).map(([name]) => name),
  },
  {
    says: 'every network has its own members and nobody else',
    broken: (file) => each(file, (name, service) => networksOf(service).some((network) => members[network]?.includes(name) === false)),
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
    broken: (file) => each(file, (name, service) => name !== 'nginx' && networksOf(service).some((network) => outside.has(network)) && mountsOf(service).some(({ source }) => source === 'access-logs' || source === 'error-logs')),
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
  { says: 'an exception lets a service see the folders of the machine that it names, and no others', broken: (file) => each(file, (name, service) => mountsOf(service).some(({ source }) => source.startsWith('/') && machineFolders[name]?.includes(source) !== true)) },
  { says: 'an exception gives a service the capabilities that it names, and no others', broken: (file) => each(file, (name, service) => texts(service['cap_add']).some((capability) => capabilities[name]?.includes(capability) !== true)) },
  { says: 'setup, which is root, has no network', broken: ({ services }) => (services['setup']?.['network_mode'] === 'none' ? [] : ['setup']) },
  { says: 'a volume is one of Docker, and nothing of the machine under its name', broken: ({ volumes }) => Object.entries(volumes).filter(([, volume]) => Object.keys(object(volume ?? {})).length > 0).map(([name]) => name) },
  { says: 'a network says nothing but whether it is internal, and its address', broken: ({ networks }) => Object.entries(networks).filter(([, network]) => Object.keys(network).some((key) => key !== 'internal' && key !== 'ipam')).map(([name]) => name) },
  { says: 'Grafana is told nothing by its environment that belongs into grafana.ini', broken: ({ services }) => Object.keys(object(services['grafana']?.['environment'] ?? {})).filter((name) => !toldToGrafana.includes(name)) },
  { says: 'every setting has a default', broken: (file) => each(file, (_, service) => JSON.stringify(service).includes('${')) },
];
