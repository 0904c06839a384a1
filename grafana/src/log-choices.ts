/** The filters at the top of the logs dashboard. */
import { CustomVariableBuilder, TextBoxVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { agentClasses, methods, statusClasses } from '../../log-processor/src/metric-names.ts';

/** One of a closed list, or all. */
const oneOf = (name: string, label: string, says: string, options: readonly (readonly [text: string, value: string])[]): CustomVariableBuilder =>
  new CustomVariableBuilder(name)
    .label(label)
    .description(says)
    .values(options.map(([text, value]) => `${text} : ${value}`).join(', '))
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] });

const words = (name: string, label: string, says: string): TextBoxVariableBuilder => new TextBoxVariableBuilder(name).label(label).description(says).defaultValue('');

export const logChoices = () => [
  oneOf('status', 'Status', 'Class of the status of access lines.', statusClasses.filter((name) => name !== 'other').map((name) => [name, `${name.slice(0, 1)}..`])),
  oneOf('method', 'Method', 'Method of access lines.', methods.map((name) => [name, name])),
  oneOf('agent_class', 'Agent', 'What the user agent of access lines says.', agentClasses.map((name) => [name, name])),
  words('country', 'Country', 'Country of access lines as a two-letter code; a regular expression, such as FR or FR|DE. Empty: all.'),
  words('path', 'Path holds', 'Part of the path template of access lines; a regular expression.'),
  words('search', 'Error holds', 'Part of an error or application line; a regular expression, case does not matter.'),
  words('visitor', 'Visit', 'The token of a visitor, from a visit line. It lives one day and names nobody.'),
];
