/** A line of the processor's files as it would stand in Loki: what is a label there is cut off, and what visits have beside the line is put there. */

/** Nanoseconds, text, structured metadata: the push API's own form. */
export type PushedLine = readonly [string, string, Readonly<Record<string, string>>];

const head = /^\{"time":"([^"]+)\.(\d{9})Z","stream":"\w+",(?:"site":"\w+",)?(?:"input":"\w+",)?/;
/** As in log-processor/src/account-events.ts. */
const besideVisits = ['agent_class', 'first_today', 'country', 'device'];

/** @throws Error for a line that is none of the processor's */
export function asInLoki(text: string, stream: string): PushedLine {
  // A receipt names its site itself.
  const found = (stream === 'day' ? /^\{"time":"([^"]+)\.(\d{9})Z","stream":"day",/ : head).exec(text);
  if (found === null) throw new Error('a line of the processor has another form');
  const metadata = stream === 'visit' ? Object.fromEntries(besideVisits.map((name) => [name, new RegExp(`"${name}":"?([^",}]+)`).exec(text)?.[1] ?? ''])) : {};
  return [`${Date.parse(`${found[1] ?? ''}Z`) / 1000}${found[2] ?? ''}`, `{${text.slice(found[0].length)}`, metadata];
}
