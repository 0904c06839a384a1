/** What the logs dashboard asks Loki: the lines themselves, and sums that name nobody. */
import { braces } from '../promql.ts';
import { counted, holding, keys, lines, top } from '../logql.ts';

/** The choices at the top, as filters on one line's fields. "All" is `.+`. */
const chosen = `${keys('status', 'method', 'path', 'country', 'agent_class')} | status=~"$status" | method=~"$method" | country=~"$country" | agent_class=~"$agent_class" | path=~".*$path.*"`;

export const accessLines = (): string => `${lines('access')}${chosen}`;
export const accessVolume = (): string => `sum by (status) (${counted(`${lines('access')}${chosen} | label_format status="{{substr 0 1 .status}}xx"`)})`;
export const errorLines = (): string => `${braces({ stream: '=~"error|app"' })} |~ "(?i)$search"`;
export const errorVolume = (): string => `sum by (stream) (${counted(errorLines())})`;
export const volume = (): string => `sum by (stream) (${counted(braces({ stream: '=~".+"' }))})`;
/** A visit by its token, or all visits; a token lives one day and names nobody. */
export const visitLines = (): string => `${lines('visit')} |~ "$visitor"`;
export const linesOfVisit = (): string => `${lines('access')} |~ "\\"visitor\\":\\"$visitor"`;

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
/** How many different clients failed, never which. A client is a keyed hash that dies with its day. */
export const failuresByCountry = (): string => by('country', `${failing}${keys('country')}`);
export const failuresByAgent = (): string => by('agent', `${failing}${keys('agent')}`);
export const tooOften = (): string => `sum(${counted(`${braces({ stream: '="error"' })} |= "limiting requests"`)})`;
export const logLevels = (): string => `sum by (level) (${counted(`${braces({ stream: '="app"' })} | json level="level" | level!=""`)})`;
