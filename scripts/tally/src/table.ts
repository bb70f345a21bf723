/** Characters as a person sees them. */
const characters = new Intl.Segmenter();

/** A column: its heading, and on which side its cells stand. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Rows under headings, two spaces between columns, each as wide as its widest cell; nothing stands behind the last column. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, place) => Math.max(...cells.map((row) => widthOf(row[place] ?? ''))));
  const lines = cells.map((row) =>
    columns.map(({ align }, place) => pad(row[place] ?? '', widths[place] ?? 0, align)).join('  '),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Names and values, a pair a line; null is left out. */
export function renderFields(fields: readonly (readonly [name: string, value: string | null])[]): string {
  const given = fields.flatMap(([name, value]) => (value === null ? [] : [[name, printable(value)] as const]));
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

/** What others have written can't move the cursor or colour the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
}

/** As much of a text as fits a column. */
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
