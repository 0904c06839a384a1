/** Lends each configured site its own templates, kinds and referrer hosts, and finds the site of a server name. */
import type { SiteConfig } from './config-schema.ts';
import type { SiteTools } from './pipeline.ts';
import type { Kind } from './record.ts';

/** The factories of the steps, handed in. */
export type SiteFactories = {
  createPathTemplater(tools: { rules: readonly { match: string; template: string }[]; allowedQueryKeys: readonly string[] }): SiteTools['templatePath'];
  createReferrerCutter(tools: { ownHosts: readonly string[] }): SiteTools['cutReferrer'];
  createKindOf(rules: {
    healthPaths: readonly string[];
    apiPrefixes: readonly string[];
    feedPaths: readonly string[];
  }): (method: string, uri: string, contentType: string, status: number) => Kind;
  /** The path of a target, also of `http://host/path`. */
  originForm(target: string): string;
};

export type Sites = {
  /** The site of a `$server_name`; lines of no configured site belong to `other`. */
  readonly ofServerName: (serverName: string) => SiteTools;
  /** The site of an input whose lines carry no server name. */
  readonly ofName: (name: string) => SiteTools | null;
  /** Names of all sites that lines can belong to. */
  readonly names: readonly string[];
};

/** Takes the lines of server names that no site claims, when no configured site takes all others. */
export const otherSite: SiteConfig = {
  name: 'other',
  server_names: [],
  zone: 'UTC',
  own_hosts: [],
  paths: [],
  query_keys: [],
  health_paths: ['/healthz', '/health', '/readyz', '/livez', '/ping', '/status'],
  api_prefixes: ['/api/'],
  feed_paths: ['/feed', '/rss', '/atom.xml', '/rss.xml', '/feed.xml'],
  stack_prefixes: ['/grafana/'],
  assets_elsewhere: false,
  shown_values: [],
  thresholds: {},
};

/** The configured sites, and `other` where none of them takes all lines. */
export function allSites(configured: readonly SiteConfig[]): readonly SiteConfig[] {
  return configured.some((site) => site.server_names.length === 0) ? configured : [...configured, otherSite];
}

/** The zone of a site: UTC where nobody configured another. */
export function zoneFinder(configured: readonly SiteConfig[]): (site: string) => string {
  const zones = new Map(configured.map(({ name, zone }) => [name, zone]));
  return (site) => zones.get(site) ?? otherSite.zone;
}

export function createSites(configured: readonly SiteConfig[], factories: SiteFactories): Sites {
  const sites = allSites(configured).map((config) => ({ config, tools: toolsOf(config, factories) }));
  const byServerName = new Map(sites.flatMap(({ config, tools }) => config.server_names.map((name) => [name.toLowerCase(), tools] as const)));
  const byName = new Map(sites.map(({ config, tools }) => [config.name, tools] as const));
  const rest = sites.find(({ config }) => config.server_names.length === 0)?.tools;
  if (rest === undefined) throw new Error('allSites always ends with a site that takes all other lines');
  return {
    ofServerName: (serverName) => byServerName.get(serverName.toLowerCase()) ?? rest,
    ofName: (name) => byName.get(name) ?? null,
    names: [...byName.keys()],
  };
}

function toolsOf(config: SiteConfig, factories: SiteFactories): SiteTools {
  const prefixes = config.stack_prefixes;
  return {
    name: config.name,
    templatePath: factories.createPathTemplater({ rules: config.paths, allowedQueryKeys: config.query_keys }),
    cutReferrer: factories.createReferrerCutter({ ownHosts: [...config.server_names, ...config.own_hosts] }),
    classifyKind: factories.createKindOf({ healthPaths: config.health_paths, apiPrefixes: config.api_prefixes, feedPaths: config.feed_paths }),
    isStack(uri) {
      const target = factories.originForm(uri);
      return prefixes.some((prefix) => target.startsWith(prefix));
    },
  };
}
