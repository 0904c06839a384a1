/** The pieces of a terminal report: titles, bars and columns that stay within a width. */

/** What is written; `colour` only where a person looks. */
export type Ink = { readonly title: (text: string) => string; readonly bar: (text: string) => string; readonly soft: (text: string) => string };

const sequence = (code: number) => (text: string): string => `\u001b[${code}m${text}\u001b[0m`;
const plain = (text: string): string => text;

export const inkFor = (colour: boolean): Ink => (colour ? { title: sequence(1), bar: sequence(36), soft: sequence(2) } : { title: plain, bar: plain, soft: plain });

export type Row = { readonly name: string; readonly value: number; /** Columns behind the bar, already as text. */ readonly said: readonly string[] };

const mostName = 44;
const barWidth = 24;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `width` characters, to an eighth of one; something is never nothing. */
export function bar(value: number, most: number, width: number = barWidth): string {
  if (value <= 0 || most <= 0) return '';
  const units = Math.max(1, Math.round((value / most) * width * 8));
  return '█'.repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? '');
}

/** A title and its rows in columns; what there is nothing of is left out. */
export function section(ink: Ink, title: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const most = Math.max(...rows.map(({ value }) => value));
  const nameWidth = Math.max(...rows.map(({ name }) => cut(name).length));
  const widths = columnWidths(rows);
  const lines = rows.map(({ name, value, said }) => {
    const columns = said.map((text, index) => text.padStart(widths[index] ?? 0)).join('  ');
    const drawn = bar(value, most);
    return `  ${cut(name).padEnd(nameWidth)}  ${columns}  ${ink.bar(drawn)}`.trimEnd();
  });
  return ['', ink.title(title), ...lines];
}

function columnWidths(rows: readonly Row[]): number[] {
  const widths: number[] = [];
  for (const { said } of rows) said.forEach((text, index) => (widths[index] = Math.max(widths[index] ?? 0, text.length)));
  return widths;
}

/** A name that keeps its line short: its middle goes, because both ends of a path say something. */
export function cut(name: string): string {
  return name.length <= mostName ? name : `${name.slice(0, mostName - 15)}…${name.slice(-14)}`;
}
