/** Writes a label set the way Loki's parser reads it, so that one stream has one spelling everywhere. */

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Everything that may not stand in a Go string literal as it is: quote, backslash, control characters, lone surrogates; and U+FFFD. */
const unsafe = /["\\\u0000-\u001f\u007f\ufffd]|\p{Surrogate}/gu;

/** Quotes like Go's `strconv.Quote`, which is what LogQL unquotes. What is no character becomes `?`: Loki refuses labels with U+FFFD. */
export const quote = (text: string): string =>
  `"${text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0xd800) return '?';
    return shortEscapes[character] ?? `\\x${code.toString(16).padStart(2, '0')}`;
  })}"`;

/**
 * `{ job: 'tidewatch', input: 'main' }` -> `{input="main", job="tidewatch"}`: keys sorted, empty values left out (to Loki an
 * empty label is no label).
 * @throws RangeError when a name is no label name or nothing is left: a stream needs at least one label
 */
export const labelString = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const wrong = pairs.find(([name]) => !labelName.test(name));
  if (wrong !== undefined) throw new RangeError(`not a label name: ${JSON.stringify(wrong[0])}`);
  if (pairs.length === 0) throw new RangeError('a stream needs at least one label with a value');
  return `{${pairs.map(([name, value]) => `${name}=${quote(value)}`).join(', ')}}`;
};
