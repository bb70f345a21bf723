import { defineChain } from '@tally/chain';
import { faceHappiness, orders } from '@tally/chains';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { approvalEventOf } from './approval.ts';

const run = (input: Parameters<typeof approvalEventOf>[1]['input']) => ({ runId: 'r', createdAt: 0, input });

test('a run that asks for approval is approved by its event; one that does not ask has none', () => {
  const approval = { timeoutMs: 1_000, onTimeout: 'fail' };
  expect(approvalEventOf(faceHappiness.definition, run({ approval }))).toBe('Approval');
  expect(approvalEventOf(faceHappiness.definition, run({}))).toBeNull();
});

test('an event that takes other words than yes or no, or any at all, is no approval', () => {
  expect(approvalEventOf(orders.definition, run({}))).toBeNull();
  const any = defineChain({ name: 'any', version: 1, app: 'a', input: z.null() })
    .wait('go', { event: 'Go', payload: z.json() })
    .output(() => null);
  expect(approvalEventOf(any.definition, run(null))).toBeNull();
});

test('an approval whose condition needs what is not there yet may come', () => {
  const later = defineChain({ name: 'later', version: 1, app: 'a', input: z.null() })
    .task('look', { result: z.object({ isDear: z.boolean() }) })
    .wait('ask', {
      after: ['look'],
      when: ({ look }) => look.output.isDear,
      event: 'Bought',
      payload: z.object({ approved: z.boolean() }),
    })
    .output(() => null);
  expect(approvalEventOf(later.definition, run(null))).toBe('Bought');
});
