import { expect, test } from 'vitest';
import { clip, renderFields, renderTable } from './table.ts';

test('columns are as wide as their widest cell, numbers are right-aligned, and no line has trailing spaces', () => {
  const columns = [{ title: 'RUN' }, { title: 'ITEMS', align: 'right' }, { title: 'STATUS' }] as const;
  const rows = [
    ['holiday', '6', 'Completed'],
    ['é👍🏽', '10000', ''],
  ];
  expect(renderTable(columns, rows)).toBe(
    ['RUN      ITEMS  STATUS', 'holiday      6  Completed', 'é👍🏽       10000'].join('\n'),
  );
});

test('foreign text cannot move the cursor, break the line or reverse the text', () => {
  const hostile = 'a\u001b[2Jb\r\nc\u202ed';
  expect(renderTable([{ title: 'RUN' }], [[hostile]])).toBe('RUN\na [2Jb c d');
  expect(renderFields([['because', hostile]])).toBe('  because  a [2Jb c d');
});

test('unknown values are left out', () => {
  const fields = renderFields([
    ['rate', null],
    ['window', '5'],
    ['at', 'x'],
  ]);
  expect(fields).toBe('  window  5\n  at      x');
});

test('a text that is too long for its column ends with dots, and no character is split', () => {
  expect(clip('four', 4)).toBe('four');
  expect(clip('a👍🏽👍🏽d', 3)).toBe('a👍🏽…');
});
