import { expect, test } from 'vitest';
import { formatLogLine } from './log-lines.ts';

test('a host line keeps its time and level, and gets the label of its process', () => {
  const line = '09:15:02.123 warn  detect    detect [1a2b3c4d] slow';
  expect(formatLogLine('detect 2', line, false)).toBe('09:15:02.123 warn  detect 2  detect [1a2b3c4d] slow');
});

test('a line that an app prints past its host gets the label', () => {
  expect(formatLogLine('face', 'oops', false)).toBe(`${' '.repeat(19)}face      oops`);
});

test('a line of JSON is unchanged', () => {
  expect(formatLogLine('face', '{"level":"info"}', true)).toBe('{"level":"info"}');
});

test('a terminal gets colours: one for warnings, another for errors', () => {
  const warning = '09:15:02.123 warn  face      face hot';
  expect(formatLogLine('face', warning, true)).toContain('\u001b[33mwarn \u001b[39m');
  expect(formatLogLine('face', warning.replace('warn ', 'error'), true)).toContain('\u001b[31merror\u001b[39m');
  expect(formatLogLine('face', warning, false)).not.toContain('\u001b');
});
