import { expect, test } from 'vitest';
import { timelineFault } from './timeline.ts';

const lines = (...types: string[]) => types.map((type, second) => ({ time: `2026-01-01T00:00:0${second}.000Z`, type }));

test('a timeline in order is accepted, with a rewind too', () => {
  expect(timelineFault(lines('Started', 'Running', 'Suspended', 'Resumed', 'Completed'))).toBeNull();
  expect(timelineFault(lines('Started', 'Running', 'Failed', 'Rewound', 'NodesMoved', 'Completed'))).toBeNull();
  // An id that was given up before its first row.
  expect(timelineFault(lines('Failed'))).toBeNull();
  expect(timelineFault(lines('Started', 'Failed'))).toBeNull();
});

test.each([
  [['Started', 'Running']],
  [['Started', 'Running', 'Completed', 'Failed']],
  [['Started', 'Running', 'Completed', 'NodesMoved']],
  [['Running', 'Completed']],
  [['Started', 'Running', 'Resumed', 'Completed']],
  [['Started', 'Running', 'Unheard', 'Completed']],
])('%j is reported', (types) => {
  expect(timelineFault(lines(...types))).toEqual(expect.any(String));
});

test('an entry that is older than the one before it is reported', () => {
  const [started, running, completed] = lines('Started', 'Running', 'Completed');
  expect(timelineFault([started, completed, running].flatMap((line) => line ?? []))).not.toBeNull();
  expect(
    timelineFault([{ time: '2026-01-02T00:00:00.000Z', type: 'Started' }, ...lines('Running', 'Completed')]),
  ).toMatch(/comes after/);
});
