import { defineChain } from '@tally/chain';
import { faceHappiness, orders } from '@tally/chains';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { approvalEventOf } from './approval.ts';

const run = (input: Parameters<typeof approvalEventOf>[1]['input']) => ({ runId: 'r', createdAt: 0, input });

test('a run that asks for approval is approved by its event; a run that does not ask has no approval', () => {
  const approval = { timeoutMs: 1_000, onTimeout: 'fail' };
  expect(approvalEventOf(faceHappiness.definition, run({ approval }))).toBe('Approval');
  expect(approvalEventOf(faceHappiness.definition, run({}))).toBeNull();
});

test('an event that takes anything else than yes and no is no approval', () => {
  expect(approvalEventOf(orders.definition, run({}))).toBeNull();
  const any = defineChain({ name: 'any', version: 1, app: 'a', input: z.null() })
    .wait('go', { event: 'Go', payload: z.json() })
    .output(() => null);
  expect(approvalEventOf(any.definition, run(null))).toBeNull();
});

test('an approval may come if its condition needs what does not exist yet', () => {
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
