import { expect, test } from 'vitest';
import { decideRun, type RunPolicy } from './decide-run.ts';
import type { Run, RunFailure, RunIn } from './run.ts';

const NOON = 1_700_000_000_000;
const policy: RunPolicy<null> = { fold: { empty: null, merge: () => null }, summarize: () => null };
const gate = { event: 'Approval', timeoutMs: 60_000, onTimeout: 'fail' } as const;

function failedRun(code: string, options: Run['options'] = { tolerance: {}, gate }): RunIn<'Failed'> {
  const error: RunFailure = { code, message: 'because' };
  return {
    ...{ status: 'Failed', error, runId: 'run', gen: 'g', name: 'n', chainVersion: 1, epoch: 1, reopenEpoch: 0 },
    ...{ total: 1, shards: 1, chunkItems: 1, window: 1, counted: [0], options, input: null, customStatus: null },
    ...{ createdAt: NOON, updatedAt: NOON, endedAt: NOON, housed: null },
  };
}

const rewind = (run: Run) => {
  const event = { type: 'rewind', reason: null, failed: 0, chance: { tok: 't', jitter: 0 } } as const;
  return decideRun(run, event, policy, NOON + 1);
};

test('a rewind of a rejected run uses the event up that said no, so that it is asked for again', () => {
  expect(rewind(failedRun('Rejected'))).toMatchObject({
    run: { status: 'Running', gate: { state: 'absent' } },
    dropEvent: 'Approval',
  });
});

test('a rewind of an approved run uses the approval up, whatever the run came to: nobody has seen the new output', () => {
  const { error: _, ...head } = failedRun('');
  const completed: Run = { ...head, status: 'Completed', output: null };
  const event = { type: 'rewind', reason: null, failed: 1, chance: { tok: 't', jitter: 0 } } as const;
  expect(decideRun(completed, event, policy, NOON + 1).dropEvent).toBe('Approval');
  for (const code of ['AllItemsFailed', 'GateTimeout', 'DeadlineExceeded'])
    expect(rewind(failedRun(code)).dropEvent).toBe('Approval');
});

test('a rewind of a run that never came to its gate keeps an event that came early', () => {
  const early: Run = { ...failedRun('FailureToleranceExceeded'), counted: [] };
  expect(rewind(early).dropEvent).toBeUndefined();
});

test('a rewind of a run without a gate has no event to drop', () => {
  expect(rewind(failedRun('Rejected', { tolerance: {} })).dropEvent).toBeUndefined();
});
