/** What the logs dashboard asks Loki: the lines themselves, and sums that name nobody. */
import { braces, like } from '../promql.ts';
import { counted, holding, keys, lines, top } from '../logql.ts';

/**
 * The choices at the top, as filters on one line's fields. "All" is `.+`. Classes of status are regular expressions, which Grafana would take as plain text
 * were they not joined by a format of their own; words that a person types stand in backticks, where a quote or a backslash breaks nothing.
 */
const chosen = `${keys('status', 'method', 'path', 'country', 'agent_class')} | status=~"\${status:pipe}" | method=~"$method" | country=~\`(?:$country).*\` | agent_class=~"$agent_class" | path=~\`.*(?:$path).*\``;
/** Error and application lines belong to a site where their sender says so, else to "other": those stay, or they would be seen nowhere. */
const ofSites = (streams: string): string => braces({ stream: streams, site: like('$site|other') });

export const accessLines = (): string => `${lines('access')}${chosen}`;
export const accessVolume = (): string => `sum by (status) (${counted(`${lines('access')}${chosen} | label_format status="{{substr 0 1 .status}}xx"`)})`;
export const errorLines = (): string => `${ofSites('=~"error|app"')} |~ \`(?i)$search\``;
export const errorVolume = (): string => `sum by (stream) (${counted(errorLines())})`;
export const volume = (): string => `sum by (stream) (${counted(braces({ stream: '=~".+"' }))})`;
/** A visit by its token, or all visits; a token lives one day and names nobody. */
export const visitLines = (): string => `${lines('visit')} |= \`$visitor\``;
export const linesOfVisit = (): string => `${lines('access')} |= \`"visitor":"$visitor\``;

const by = (field: string, pipeline: string, count = 15): string => `sort_desc(${top(count, `sum by (${field}) (${counted(pipeline)})`)})`;
const failing = `${lines('access')} |~ "\\"status\\":[45]"`;

export const failingPaths = (): string => by('path, status', `${failing}${keys('path', 'status')}`, 20);
export const statuses = (): string => by('status', `${failing}${keys('status')}`);
/** Paths only a scanner asks for. Folded paths say "other": the kinds of files are counted by their status and class instead. */
export const scans = (): string => `sum by (agent_class) (${counted(`${lines('access')}${holding('"status":404,')}${keys('agent_class')}`)})`;
export const failedLogins = (): string => `sum(${counted(`${lines('access')}${holding('"method":"POST"')} |~ "\\"status\\":(401|403),"`)})`;
export const limited = (): string => `sum(${counted(`${lines('access')} |~ "\\"status\\":(429|444),"`)})`;
export const oddMethods = (): string => `sum by (method) (${counted(`${lines('access')}${keys('method')} | method!~"GET|HEAD|POST"`)})`;
export const stormByClass = (): string => `sum by (status) (${counted(`${lines('access')} |~ "\\"status\\":4"${keys('status')}`)})`;
export const serverErrors = (): string => `sum by (status) (${counted(`${lines('access')} |~ "\\"status\\":5"${keys('status')}`)})`;
export const failuresByCountry = (): string => by('country', `${failing}${keys('country')}`);
export const failuresByAgent = (): string => by('agent', `${failing}${keys('agent')}`);
export const tooOften = (): string => `sum(${counted(`${ofSites('="error"')} |= "limiting requests"`)})`;
export const logLevels = (): string => `sum by (level) (${counted(`${ofSites('="app"')} | json level="level" | level!=""`)})`;
