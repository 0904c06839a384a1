/** Checks a Compose file against every rule, and every exception against need and permission. */
import { at, object } from './compose-file.ts';
import type { ComposeFile, Service } from './compose-file.ts';
import { serviceRules } from './service-rules.ts';
import { stackRules } from './stack-rules.ts';

/** Who may be let off from what. An exception that is not here is a mistake, however good its reason sounds. */
const permitted: Readonly<Record<string, readonly string[]>> = {
  setup: ['user', 'cap_add', 'restart', 'healthcheck', 'volumes'],
  nginx: ['ports'],
  energy: ['pid', 'volumes', 'egress'],
  alertmanager: ['egress'],
  'node-exporter': ['network_mode', 'pid', 'volumes'],
  'otel-collector': ['healthcheck'],
  kepler: ['user', 'cap_add', 'cgroup', 'pid', 'volumes'],
  demo: ['healthcheck'],
};

/** Explained beside the service although no rule of a single service forbids them. */
const explainedOnly = new Set(['ports', 'egress']);

/** Every mistake as `service: what it should be`; empty when the file keeps every rule. */
export function checkCompose(file: ComposeFile): string[] {
  const ofServices = Object.entries(file.services).flatMap(([name, service]) => [...mistakesOf(name, service), ...needless(name, service)]);
  const ofStack = stackRules.flatMap(({ says, broken }) => broken(file).map((where) => `${where}: ${says}`));
  return [...ofServices, ...ofStack];
}

function mistakesOf(name: string, service: Service): string[] {
  return serviceRules.filter(({ key, broken }) => broken(service, name) && !isExcepted(name, service, key)).map(({ says }) => `${name}: ${says}`);
}

function isExcepted(name: string, service: Service, key: string): boolean {
  const reason = at(service, 'x-exception', key);
  return typeof reason === 'string' && reason.length > 20 && (permitted[name] ?? []).includes(key);
}

/** An exception that nobody needs any more, or that nobody permitted, hides the next mistake. */
function needless(name: string, service: Service): string[] {
  return Object.keys(object(service['x-exception'] ?? {})).flatMap((key) => {
    if (!(permitted[name] ?? []).includes(key)) return [`${name}: its exception from \`${key}\` is not permitted`];
    const rule = serviceRules.find((one) => one.key === key);
    return explainedOnly.has(key) || rule?.broken(service, name) === true ? [] : [`${name}: its exception from \`${key}\` is needless`];
  });
}
