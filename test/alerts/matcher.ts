/** Whether an alert is meant by a matcher of Alertmanager, so that tests can ask what its rules are about. */

/** @param matcher as it is written: name, operator, value */
export function matches(matcher: string, labels: Readonly<Record<string, string>>): boolean {
  const [, name = '', operator = '', value = ''] = /^(\w+) *(=~|!=|=) *"?(.*?)"?$/.exec(matcher) ?? [];
  const given = labels[name] ?? '';
  return operator === '=~' ? new RegExp(`^(?:${value})$`).test(given) : operator === '=' ? given === value : given !== value;
}
