/** The page's section about one part. */
export interface Section {
  readonly title: string;
  /** Markdown. It refers to the plots by their file names. */
  readonly text: string;
  /** The texts of SVG files, by name. */
  readonly plots: Readonly<Record<string, string>>;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, place) => (place === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** A figure for readers: with thousands separators, and only significant digits. */
export function figure(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Text that says whether a goal is reached. */
export function goal(isReached: boolean, text: string): string {
  return `${isReached ? 'reached' : '**missed**'}: ${text}`;
}
