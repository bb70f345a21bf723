import { expect, test } from 'vitest';
import { LastLines } from './last-lines.ts';

test('lines are joined from chunks, progress lines apart, the last one without its end', () => {
  const said = new LastLines();
  for (const piece of ['first li', 'ne\r', 'frame=1\rframe=2\n\n', 'the end']) said.add(piece);
  expect(said.all()).toEqual(['first line', 'frame=1', 'frame=2', 'the end']);
});

test('only the last lines are kept, each cut', () => {
  const said = new LastLines();
  for (let at = 0; at < 1_005; at++) said.addLine(`${at} ${'x'.repeat(1_000)}`);
  const lines = said.all();
  expect(lines).toHaveLength(1_000);
  expect(lines[0]?.startsWith('5 x')).toBe(true);
  expect(lines.every((line) => line.length === 500)).toBe(true);
});
