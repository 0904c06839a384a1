/** Who may push logs through the second door, and what becomes of their streams; with the mistakes that no single key shows. */
import { z } from 'zod';
import { format, label, name, text } from './config-words.ts';

/** Label names of ours; a sender cannot set them by an allow-list. */
export const ownLabels: readonly string[] = ['job', 'site', 'input', 'stream', 'service_name'];

const labelName = z
  .string()
  .regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,62}$/, 'a label name: letters, digits and underscores, not two underscores in front')
  .refine((value) => !ownLabels.includes(value), `another label: ${ownLabels.join(', ')} are set by the processor`);

export const streamRuleSchema = z.strictObject({
  match: z.record(z.string(), z.string()).default({}).describe('Labels and values a pushed stream must have; nothing matches every stream'),
  stream: z.enum(['error', 'app', 'stack', 'access']).optional().describe('Label `stream`; `access` takes the road of a tailed access log. Else what the sender says, else `app`'),
  site: name.optional().describe('Site of the lines: its key makes the client tokens. Else the label `site` of the sender where it names one, else the site that takes all other lines'),
  service_name: name.optional().describe('Label `service_name`; else what the sender says'),
  format: format.default('json').describe('How lines of an `access` stream are written'),
});

export const senderSchema = z.strictObject({
  name: label.describe('Label `input` of every line of this sender'),
  tenant: z.string().regex(/^[A-Za-z0-9!_.*'()-]{1,150}$/, "a tenant: letters, digits and !-_.*'(), at most 150").optional().describe('X-Scope-OrgID that this sender sends; without it the sender is known by its secret alone'),
  username: text.optional().describe('User of basic auth'),
  password_file: text.optional().describe('File with the password of basic auth, one line'),
  bearer_token_file: text.optional().describe('File with the bearer token, one line'),
  labels: z.array(labelName).max(10, 'at most 10 labels').default([]).describe('Labels of the sender that pass, scrubbed; all others are dropped. `host` replaces the configured one'),
  streams: z.array(streamRuleSchema).default([]).describe('What becomes of its streams, first match wins'),
});

/** Of the senders together with the sites and the inputs. Looks at whatever has the right shape. */
export function senderMistakes(value: Readonly<Record<string, unknown>>): string[] {
  const checked = z.array(senderSchema).safeParse(value['senders'] ?? []);
  const senders = checked.success ? checked.data : [];
  const [inputNames, siteNames] = [namesIn(value['inputs']), namesIn(value['sites'])];
  const mistakes = senders.flatMap((sender, index) => ofOne(sender, `senders.${index}`, siteNames));
  const names = [...inputNames, ...senders.map((sender) => sender.name)];
  for (const twice of new Set(senders.map((sender) => sender.name).filter((one) => names.indexOf(one) !== names.lastIndexOf(one)))) {
    mistakes.push(`senders: the name ${twice} is given twice; expected one each, inputs included`);
  }
  return [...mistakes, ...openTwice(senders)];
}

type Sender = z.infer<typeof senderSchema>;

function ofOne({ username, password_file: password, bearer_token_file: token, streams }: Sender, key: string, sites: readonly string[]): string[] {
  const mistakes: string[] = [];
  if ((username === undefined) !== (password === undefined)) mistakes.push(`${key}.username, ${key}.password_file: expected both or neither`);
  if (username !== undefined && token !== undefined) mistakes.push(`${key}.bearer_token_file: expected either this or basic auth`);
  streams.forEach((rule, index) => {
    if (rule.site !== undefined && !sites.includes(rule.site)) mistakes.push(`${key}.streams.${index}.site: no site is called ${rule.site}; expected one of sites`);
    if (rule.stream === 'access' && rule.format !== 'json' && rule.site === undefined && sites.length > 0) mistakes.push(`${key}.streams.${index}.site: a ${rule.format} log carries no server name; expected the name of one of sites`);
  });
  return mistakes;
}

/** Without a secret a sender is known by its tenant alone, so two of one tenant could not be told apart. */
function openTwice(senders: readonly Sender[]): string[] {
  const open = senders.filter(({ username, bearer_token_file: token }) => username === undefined && token === undefined).map(({ tenant }) => tenant ?? '(none)');
  return [...new Set(open.filter((tenant, index) => open.indexOf(tenant) !== index))].map((tenant) => `senders: two senders of the tenant ${tenant} have no secret; expected at most one`);
}

const namesIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap((entry: unknown) => (typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string' ? [entry.name] : [])) : [];

export type SenderConfig = Sender;
