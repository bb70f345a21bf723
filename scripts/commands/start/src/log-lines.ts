import { styleText } from 'node:util';

/** `09:15:02.123 warn  detect    …`, as a local host prints it. */
const hostLine = /^(?<time>\d\d:\d\d:\d\d\.\d{3}) (?<level>[a-z]+) +(?<app>\S+) +(?<rest>.*)$/;

/** The width that fits every label. The longest label without a number is `aggregate`. */
const labelWidth = 9;

type Style = Parameters<typeof styleText>[0];
const levelStyles: Readonly<Record<string, Style>> = { warn: 'yellow', error: 'red', crit: ['red', 'bold'] };

/**
 * An app's line for the terminal, with the app's label in its own column. It doesn't matter whether the host
 * printed the line, or the app itself. Lines of JSON (TALLY_LOG_FORMAT=json) stay unchanged.
 * @param isColoured whether a person reads it in a terminal
 */
export function formatLogLine(label: string, line: string, isColoured: boolean): string {
  if (line.startsWith('{')) return line;
  const paint = (style: Style, text: string): string =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const name = paint('cyan', label.padEnd(labelWidth));
  const parts = hostLine.exec(line)?.groups;
  if (parts === undefined) return `${' '.repeat('00:00:00.000 info  '.length)}${name} ${line}`;
  const { time = '', level = '', rest = '' } = parts;
  const style = levelStyles[level];
  const shownLevel = style === undefined ? level.padEnd(5) : paint(style, level.padEnd(5));
  return `${paint('dim', time)} ${shownLevel} ${name} ${rest}`;
}
