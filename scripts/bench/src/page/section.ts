/** What the page says of one part. */
export interface Section {
  readonly title: string;
  /** Markdown; names the plots by their files. */
  readonly text: string;
  /** The texts of SVG files, by name. */
  readonly plots: Readonly<Record<string, string>>;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, place) => (place === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** A figure as people read it: with thousands parted, and no more digits than mean something. */
export function figure(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Whether a goal is reached, as the page says it. */
export function goal(isReached: boolean, text: string): string {
  return `${isReached ? 'reached' : '**missed**'}: ${text}`;
}
