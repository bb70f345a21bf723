import { expect, test } from 'vitest';
import { approvalFormSchema } from './approval-form.ts';

test.each([
  ['PT30M', 1_800_000],
  ['P1DT2H3M4.5S', 93_784_500],
  ['P2W', 1_209_600_000],
  ['PT1S', 1_000],
])('an approval may take %s, which is %d ms', (timeout, timeoutMs) => {
  expect(approvalFormSchema.parse({ timeout })).toEqual({ timeoutMs, onTimeout: 'fail' });
});

test.each(['', 'P', 'PT', 'P1DT', 'P1Y', 'P1M', '30m', 'PT0S', 'PT0.5S', 'P367D', 'PT30M ', `P${'0'.repeat(50)}1D`])(
  '%j is not a time limit for an approval',
  (timeout) => {
    expect(approvalFormSchema.safeParse({ timeout }).success).toBe(false);
  },
);
