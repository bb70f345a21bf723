/** Splits text into characters as a person sees them. */
const characters = new Intl.Segmenter();

/** A column: its heading, and the side on which its cells are aligned. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/**
 * Rows under headings, with two spaces between columns. Each column is as wide as its widest cell. No spaces
 * follow the last column.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, place) => Math.max(...cells.map((row) => widthOf(row[place] ?? ''))));
  const lines = cells.map((row) =>
    columns.map(({ align }, place) => pad(row[place] ?? '', widths[place] ?? 0, align)).join('  '),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Names and values, one pair per line. A null value is omitted. */
export function renderFields(fields: readonly (readonly [name: string, value: string | null])[]): string {
  const given = fields.flatMap(([name, value]) => (value === null ? [] : [[name, printable(value)] as const]));
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

/** Text from strangers can't move the cursor or colour the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
}

/** The part of a text that fits a column. */
export function clip(text: string, most: number): string {
  const whole = [...characters.segment(text)];
  if (whole.length <= most) return text;
  return `${text.slice(0, whole[most - 1]?.index)}…`;
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(width - widthOf(text));
  return align === 'right' ? `${space}${text}` : `${text}${space}`;
}

function widthOf(text: string): number {
  return [...characters.segment(text)].length;
}
