/** Every setting, once: its name, its shape, its default and its help text, so that validation, `--help` and docs/configuration.md cannot differ. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { energySchema } from './config-energy.ts';
import { senderSchema } from './config-senders.ts';
import { siteThresholdsSchema, thresholdsSchema } from './config-thresholds.ts';
import { format, label, name, path, text } from './config-words.ts';

const zone = z.string().refine(isZone, 'a zone of the IANA database such as Europe/Paris');

/** An address, a network in CIDR notation, or `unix:`. */
function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const version = isIP(address);
  if (value === 'unix:') return true;
  return version !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)));
}

/** What stands in the configuration is shown and logged. */
function holdsNoSecret(value: string): boolean {
  const url = URL.parse(value);
  return url === null || (url.username === '' && url.password === '');
}

function isZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false; // a RangeError is how Intl says no
  }
}

export const inputSchema = z.strictObject({
  name: label.describe('Label `input` of every line that comes this way; a glob adds the base name of each file'),
  path: text.describe('The log file to follow, or a glob; `-` reads standard input'),
  format: format.default('json').describe('How a line is written: nginx/log-format.conf is `json`'),
  start_at: z.enum(['end', 'beginning']).default('end').describe('Where to begin in a file that was never read before'),
  delete_rotated: z
    .boolean()
    .default(false)
    .describe('Whether rotated files of this input are deleted once they are committed and in receipts, and at the latest after `raw_log_hours`'),
  site: name.optional().describe('The site of every line, for formats that carry no server name'),
});

const pathRule = z.strictObject({
  match: path.describe('A path; `*` stands for one segment, `**` at the end for the rest'),
  template: path.describe('What is shown instead, such as /products/:product'),
});

export const siteSchema = z.strictObject({
  name: label.describe('Label `site`; not `other`, which takes the lines of all other server names'),
  server_names: z.array(text).default([]).describe('The `$server_name`s of this site; one site without any takes all other lines'),
  zone: zone.default('UTC').describe('The zone of its calendar day'),
  own_hosts: z.array(text).default([]).describe('Host names whose links count as `internal`, besides the server names'),
  paths: z.array(pathRule).default([]).describe('Path templates, first match wins'),
  query_keys: z.array(text).default([]).describe('Query keys that are kept; all others are dropped'),
  health_paths: z
    .array(path)
    .default(['/healthz', '/health', '/readyz', '/livez', '/ping', '/status'])
    .describe('Exact paths that are health checks, never audience; `/api/health` style paths belong here'),
  api_prefixes: z.array(path).default(['/api/']).describe('Paths that are API calls, never pages'),
  feed_paths: z.array(path).default(['/feed', '/rss', '/atom.xml', '/rss.xml', '/feed.xml']).describe('Paths that are feeds'),
  stack_prefixes: z.array(path).default(['/grafana/']).describe("Paths of the monitoring stack itself, never audience"),
  assets_elsewhere: z
    .boolean()
    .default(false)
    .describe('True where assets come from another host, so that pages without assets are not suspect'),
  shown_values: z
    .array(text)
    .default([])
    .describe('Countries, path templates, referrer hosts and families that are shown however few had them'),
  thresholds: siteThresholdsSchema.default({}).describe('What alerts compare this site with, where it differs from the common thresholds'),
});

export const configSchema = z.strictObject({
  host: name.default('localhost').describe('Label `host`: the machine whose nginx wrote the lines'),
  state_folder: text.default('.tidewatch/state').describe('Where offsets, visits, counts and the outbox live'),
  key_folder: text.default('.tidewatch/keys').describe('Where the keys of the day live: its own volume, outside every backup'),
  listen_address: text.default('127.0.0.1').describe('Address of /metrics, /healthz, /readyz and the live page'),
  listen_port: z.int().min(0).max(65535).default(9464).describe('Port of the same; 0 takes a free one'),
  live_page_public: z
    .boolean()
    .default(false)
    .describe('True where a proxy shows `/` to everybody: the page then has the hours of today that are over, and no number of few; the other routes stay private'),
  log_level: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('How much the processor says'),
  anonymity_threshold: z
    .int()
    .min(2)
    .max(1000)
    .default(5)
    .describe('k: distinct browser clients a value needs before it is shown instead of `other`'),
  trusted_proxies: z
    .array(z.string().refine(isNetwork, 'an address, a network such as 192.0.2.0/24, or unix:'))
    .default([])
    .describe('Addresses, networks or `unix:` whose X-Forwarded-For is believed'),
  max_line_bytes: z.int().min(1024).max(16_777_216).default(262_144).describe('A longer line is counted `too_long`'),
  raw_log_hours: z.int().min(1).max(720).default(48).describe('Age at which a rotated file of an input with `delete_rotated` is deleted, read or not'),
  commit_interval_milliseconds: z.int().min(10).max(60_000).default(1000).describe('Longest wait of a line before its commit'),
  outbox_limit_bytes: z
    .int()
    .min(65_536)
    .default(67_108_864)
    .describe('Size of the outbox at which reading stops until Loki takes more'),
  output: z.enum(['loki', 'files']).default('files').describe('Where anonymised lines go: a Loki, or NDJSON files'),
  files_folder: text.default('.tidewatch/lines').describe('Folder of the NDJSON files'),
  loki_url: z
    .url({ protocol: /^https?$/, error: 'an address such as http://127.0.0.1:3100' })
    .refine(holdsNoSecret, 'an address without user and password: they belong in loki_username and loki_password_file')
    .default('http://127.0.0.1:3100')
    .describe('Base address of Loki'),
  loki_settle_milliseconds: z
    .int()
    .min(0)
    .max(60_000)
    .default(5500)
    .describe('How long Loki may still work on a push whose sender is gone (its ingester_client.remote_timeout) before it is asked what it has'),
  loki_tenant: text.optional().describe('X-Scope-OrgID, for a Loki with tenants'),
  loki_username: text.optional().describe('User of basic auth'),
  loki_password_file: text.optional().describe('File with the password of basic auth'),
  loki_bearer_token_file: text.optional().describe('File with a bearer token'),
  prometheus_url: z
    .url({ protocol: /^https?$/, error: 'an address such as http://127.0.0.1:9090' })
    .refine(holdsNoSecret, 'an address without user and password')
    .optional()
    .describe("Base address of the Prometheus that knows the day's energy, for receipts; without it they say that it is missing"),
  inputs: z.array(inputSchema).default([]).describe('The logs to read; at least one of these or of `senders`'),
  senders: z.array(senderSchema).default([]).describe('Who may push logs to POST /loki/api/v1/push; without any there is no such route'),
  push_body_limit_bytes: z.int().min(65_536).max(1_073_741_824).default(8_388_608).describe('Largest body of one push as it arrives; a larger one is answered 413'),
  push_unpacked_limit_bytes: z.int().min(65_536).max(1_073_741_824).default(33_554_432).describe('Largest body of one push once it is decompressed'),
  push_ratio_limit: z.int().min(10).max(10_000).default(100).describe('How many times larger a body over 1 MiB may get by decompression'),
  push_entries_limit: z.int().min(1).max(1_000_000).default(100_000).describe('Most entries of one push'),
  push_requests_limit: z.int().min(1).max(1000).default(64).describe('Pushes at once; further ones are answered 503 with Retry-After'),
  push_memory_limit_bytes: z.int().min(1_048_576).default(67_108_864).describe('Bytes of bodies held at once, over all pushes; what does not fit is answered 503'),
  remembered_batches_limit: z.int().min(1000).max(20_000_000).default(1_000_000).describe('Batches remembered for 24 h, so that a repeated one is taken once; over it the oldest go early'),
  sites: z.array(siteSchema).default([]).describe('The sites that are watched'),
  thresholds: thresholdsSchema.prefault({}).describe('What alerts compare with, by name; exported as `threshold_value`'),
  energy: energySchema.prefault({}).describe('What `tidewatch energy` reads: its own table below'),
});

export type Config = z.infer<typeof configSchema>;
export type InputConfig = z.infer<typeof inputSchema>;
export type SiteConfig = z.infer<typeof siteSchema>;
