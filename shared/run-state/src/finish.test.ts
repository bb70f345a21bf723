import { describe, expect, it } from 'vitest';
import { countingFold, runPolicy } from '../test/counting-chain.ts';
import { NOW, runningRun } from '../test/states.ts';
import { failedOf, outputFailure, settleRun, sumMarkers } from './finish.ts';
import type { Marker } from './ledger.ts';
import type { Gate, RunHead } from './run.ts';
import type { GateVerdict } from './run-events.ts';

type Folded = typeof countingFold.empty;
const failures = [{ code: 'A', count: 2, example: { index: 4, message: 'four' } }];
const first: Marker<Folded> = { shard: 0, succeeded: 2, failed: 0, failures: [], fold: { count: 2, sum: 3, max: 2 } };
const second: Marker<Folded> = { shard: 1, succeeded: 1, failed: 2, failures, fold: { count: 1, sum: 9, max: 9 } };
const policy = { event: 'Approval', timeoutMs: 60_000, onTimeout: 'fail' } as const;
const yes = { approved: true, reason: null };

function settle(
  over: Partial<RunHead> = {},
  gate: Gate = { state: 'absent' },
  verdict: GateVerdict | null = null,
  markers = [first, second],
) {
  const run = { ...runningRun({ shards: 2, counted: [0, 1], ...over }), gate };
  return settleRun(run, { type: 'settle', markers, verdict }, countingFold, runPolicy.summarize, { at: NOW, now: NOW });
}
const gated = (onTimeout: 'fail' | 'complete' = 'fail') => ({
  options: { tolerance: {}, gate: { ...policy, onTimeout } },
});
const waiting = (until: number): Gate => ({ state: 'waiting', until });

describe('settling a run without gate', () => {
  it('completes with the output of all markers, and does the housekeeping', () => {
    const { run, history, effects } = settle();
    expect(run).toMatchObject({ status: 'Completed', output: { succeeded: 3, failed: 2, count: 3, sum: 12, max: 9 } });
    expect(run).toMatchObject({ endedAt: NOW, housed: null, epoch: 1 });
    expect(history).toEqual([{ at: NOW, type: 'Completed', detail: null }]);
    expect(effects).toEqual([{ type: 'housekeep' }]);
  });

  it('fails where nothing succeeded, and says by what', () => {
    const { run } = settle({}, { state: 'absent' }, null, [{ ...second, succeeded: 0 }]);
    const message = 'all 2 items have failed; 2 by A: four';
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'AllItemsFailed', message } });
    const [failure] = failures.map((told) => ({ ...told, count: 1 }));
    const lone = { ...second, succeeded: 0, failed: 1, failures: failure === undefined ? [] : [failure] };
    expect(settle({}, { state: 'absent' }, null, [lone]).run).toMatchObject({
      error: { message: 'the only item has failed; 1 by A: four' },
    });
    expect(settle({}, { state: 'absent' }, null, []).run).toMatchObject({
      error: { message: 'all 0 items have failed' },
    });
  });

  it('with a tolerance given completes where nothing succeeded: the tolerance alone decides', () => {
    const none = [{ ...second, succeeded: 0 }];
    for (const tolerance of [{ percentage: 100 }, { count: 2 }]) {
      expect(settle({ options: { tolerance } }, { state: 'absent' }, null, none).run.status).toBe('Completed');
    }
    const strict = settle({ options: { tolerance: { count: 1 } } }, { state: 'absent' }, null, none).run;
    expect(strict).toMatchObject({ error: { code: 'FailureToleranceExceeded' } });
  });

  it('fails where all shards together pass the tolerance', () => {
    const { run } = settle({ options: { tolerance: { count: 1 } } });
    expect(run).toMatchObject({ status: 'Failed', epoch: 2, error: { code: 'FailureToleranceExceeded' } });
  });
});

describe('settling a run with a gate', () => {
  it('opens it: its time-out is sent, and its event read again', () => {
    const { run, effects, history } = settle(gated());
    expect(run).toMatchObject({ status: 'Running', gate: { state: 'waiting', until: NOW + 60_000 } });
    expect(effects).toEqual([
      { type: 'send-gate-timeout', event: 'Approval', delayMs: 60_000 },
      { type: 'read-event', event: 'Approval' },
    ]);
    expect(history).toEqual([{ at: NOW, type: 'GateOpened', detail: { event: 'Approval' } }]);
  });

  it('waits for its event until the time is over', () => {
    const { run, effects, history } = settle(gated(), waiting(NOW + 1));
    expect([run.status, effects, history]).toEqual(['Running', [], []]);
  });

  it('goes by the event, before the gate opens, while it waits, and when its time is over', () => {
    for (const gate of [{ state: 'absent' } as const, waiting(NOW + 1), waiting(NOW - 1)]) {
      expect(settle(gated(), gate, yes).run.status).toBe('Completed');
      const refused = settle(gated(), gate, { approved: false, reason: 'blurred' }).run;
      expect(refused).toMatchObject({ status: 'Failed', error: { code: 'Rejected', message: 'blurred' } });
    }
    const silent = settle(gated(), waiting(NOW + 1), { approved: false, reason: null }).run;
    expect(silent).toMatchObject({ error: { message: 'the awaited event said no' } });
  });

  it('does at its time-out what the run asked for', () => {
    expect(settle(gated('complete'), waiting(NOW)).run.status).toBe('Completed');
    expect(settle(gated('fail'), waiting(NOW)).run).toMatchObject({ status: 'Failed', error: { code: 'GateTimeout' } });
  });

  it.each([null, yes, { approved: false, reason: 'blurred' }])(
    'fails at once where no item succeeded and no tolerance is given, whatever was answered (%j)',
    (verdict) => {
      for (const gate of [{ state: 'absent' } as const, waiting(NOW + 1), waiting(NOW)]) {
        const { run, effects } = settle(gated(), gate, verdict, [{ ...second, succeeded: 0 }]);
        expect(run).toMatchObject({ status: 'Failed', error: { code: 'AllItemsFailed' } });
        expect(effects).toEqual([{ type: 'housekeep' }]);
      }
    },
  );

  it('still asks where no item succeeded, if a tolerance says that this is borne', () => {
    const { options } = gated();
    const borne = settle({ options: { ...options, tolerance: { count: 2 } } }, { state: 'absent' }, null, [
      { ...second, succeeded: 0 },
    ]);
    expect(borne.run).toMatchObject({ status: 'Running', gate: { state: 'waiting' } });
  });

  it('does not ask again when it was passed', () => {
    expect(settle(gated(), { state: 'passed', by: 'event' }).run.status).toBe('Completed');
  });
});

it('markers add up in any order', () => {
  expect(sumMarkers([first, second], countingFold)).toEqual(sumMarkers([second, first], countingFold));
});

describe('I6: a run of whose results no output can be made', () => {
  const run = runningRun({ shards: 2, counted: [0, 1] });
  const event = { type: 'settle', markers: [first, second], verdict: null } as const;
  const times = { at: NOW, now: NOW };
  const broken = () => {
    throw new Error('no such face');
  };

  it('fails with the reason, whether it can not be summed up or not be folded', () => {
    const error = outputFailure('Error: no such face');
    expect(settleRun(run, event, countingFold, broken, times).run).toMatchObject({ status: 'Failed', error });
    const fold = { ...countingFold, merge: broken };
    expect(settleRun(run, event, fold, runPolicy.summarize, times).run).toMatchObject({ status: 'Failed', error });
  });

  it('still passes its tolerance, which needs no fold', () => {
    expect(failedOf([first, second])).toBe(2);
    const strict = { ...run, options: { tolerance: { count: 1 } } };
    const ended = settleRun(strict, event, { ...countingFold, merge: broken }, runPolicy.summarize, times).run;
    expect(ended).toMatchObject({ error: { code: 'FailureToleranceExceeded' } });
  });
});
