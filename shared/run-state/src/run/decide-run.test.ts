import { describe, expect, it } from 'vitest';
import { type Folded, runPolicy } from '../test/counting-chain.ts';
import { chance, completedRun, failedRun, NOW, pendingRun, runningRun, suspendedRun } from '../test/states.ts';
import { decideRun } from './decide-run.ts';
import type { Run } from './run.ts';
import type { RunEvent } from './run-events.ts';

const decide = (run: Run, event: RunEvent<Folded>) => decideRun(run, event, runPolicy, NOW);
const marker = { shard: 0, succeeded: 3, failed: 0, failures: [], fold: { count: 3, sum: 6, max: 3 } };
const terminated = (): Run => {
  const { run } = decide(runningRun(), { type: 'terminate', reason: null });
  return run;
};

const ready = { type: 'ready' } as const;
const interrupt = { type: 'interrupt' } as const;
const count = { type: 'count', marker, ledgerEpoch: 1, chance } as const;
const settle = { type: 'settle', markers: [marker], verdict: null } as const;
const fail = { type: 'fail', failure: { code: 'Late', message: 'too late' } } as const;
const suspend = { type: 'suspend', reason: 'pause' } as const;
const resume = { type: 'resume', reason: null, chance } as const;
const terminate = { type: 'terminate', reason: 'enough' } as const;
const rewind = { type: 'rewind', reason: null, failed: 1, chance } as const;
const setWindow = { type: 'set-window', window: 99, chance } as const;
const house = { type: 'house', epoch: 2, succeeded: 7, failed: 2, again: false } as const;

describe('what is refused changes nothing', () => {
  it.each<[string, Run, RunEvent<Folded>]>([
    ['not-pending', runningRun(), ready],
    ['not-pending', runningRun(), interrupt],
    ['not-running', pendingRun, count],
    ['not-running', suspendedRun(), settle],
    ['not-all-counted', runningRun(), settle],
    ['already-ended', completedRun(), fail],
    ['already-ended', completedRun(), suspend],
    ['not-running', suspendedRun(), suspend],
    ['not-running', pendingRun, suspend],
    ['not-suspended', runningRun(), resume],
    ['already-ended', failedRun(), resume],
    ['already-ended', terminated(), terminate],
    ['not-ended', runningRun(), rewind],
    ['not-ended', terminated(), rewind],
    ['nothing-to-rewind', failedRun({}, 'IntakeInterrupted'), rewind],
    ['nothing-to-rewind', completedRun(), { ...rewind, failed: 0 }],
    ['already-ended', completedRun(), setWindow],
    ['not-ended', runningRun(), house],
  ])('%s', (refused, run, event) => {
    expect(decide(run, event)).toEqual({ run, history: [], effects: [], refused });
  });
});

describe('the life of a run', () => {
  it('becomes Running when all its rows are written', () => {
    const { run, history, effects } = decide(pendingRun, ready);
    expect(run).toMatchObject({ status: 'Running', gate: { state: 'absent' }, updatedAt: NOW });
    expect([history, effects]).toEqual([[{ at: NOW, type: 'Running' }], []]);
  });

  it('fails where its start was cut short', () => {
    expect(decide(pendingRun, interrupt).run).toMatchObject({
      status: 'Failed',
      epoch: 2,
      error: { code: 'IntakeInterrupted' },
    });
  });

  it('ends when its last shard is counted and settled', () => {
    const counted = decide(runningRun(), count);
    expect(counted.effects).toEqual([{ type: 'settle' }]);
    expect(decide(counted.run, settle).run).toMatchObject({ status: 'Completed', output: { sum: 6 } });
  });

  it('I5: failing raises the epoch, so that what is out is dropped', () => {
    const { run, history, effects } = decide(suspendedRun(), fail);
    expect(run).toMatchObject({ status: 'Failed', epoch: 2, housed: null, error: fail.failure });
    expect(history).toEqual([{ at: NOW, type: 'Failed', detail: fail.failure }]);
    expect(effects).toEqual([{ type: 'housekeep' }]);
  });

  it('suspends by status only, and says why', () => {
    const { run, history } = decide(runningRun(), suspend);
    expect(run).toMatchObject({ status: 'Suspended', epoch: 1, reason: 'pause' });
    expect(history).toEqual([{ at: NOW, type: 'Suspended', detail: 'pause' }]);
  });

  it('resumes in a new epoch, by a dispatch; with all shards counted it looks at the gate again', () => {
    const { run, effects } = decide(suspendedRun(), resume);
    expect(run).toMatchObject({ status: 'Running', epoch: 2 });
    expect(run).not.toHaveProperty('reason');
    expect(effects).toEqual([{ type: 'send-dispatch', epoch: 2, tok: 'fresh.1' }]);
    expect(decide(suspendedRun({ counted: [0] }), resume).effects.at(1)).toEqual({ type: 'settle' });
  });

  it('I5: terminates from any living status in a new epoch', () => {
    for (const run of [pendingRun, runningRun(), suspendedRun()]) {
      const ended = decide(run, terminate);
      expect(ended.run).toMatchObject({ status: 'Terminated', epoch: 2, reason: 'enough', housed: null });
      expect(ended.effects).toEqual([{ type: 'housekeep' }]);
    }
  });
});

describe('rewind (I5)', () => {
  it.each([failedRun({ counted: [0] }), completedRun({ counted: [0] })])(
    'opens a run that is $status again',
    (ended) => {
      const { run, dropMarkers, effects } = decide(ended, rewind);
      expect(run).toMatchObject({
        status: 'Running',
        epoch: 2,
        reopenEpoch: 2,
        counted: [],
        gate: { state: 'absent' },
      });
      expect(run).not.toHaveProperty('endedAt');
      expect(dropMarkers).toBe(true);
      expect(effects).toEqual([{ type: 'send-dispatch', epoch: 2, tok: 'fresh.1' }]);
    },
  );

  it('gives a run whose deadline is over as much time again as it had, or it would end at once', () => {
    const options = { tolerance: {}, deadline: NOW - 4_000 };
    const { run } = decide(failedRun({ createdAt: NOW - 10_000, options }), rewind);
    expect(run.options.deadline).toBe(NOW + 6_000);
  });

  it('leaves a deadline that is still ahead where the caller has set it', () => {
    const options = { tolerance: {}, deadline: NOW + 4_000 };
    expect(decide(failedRun({ options }), rewind).run.options).toBe(options);
  });
});

describe('a deadline that is over when the run ends', () => {
  const options = { tolerance: {}, deadline: NOW - 1 };
  const late = { status: 'Failed', epoch: 2, error: { code: 'DeadlineExceeded' } };

  it('fails the run where all its shards are counted, and where one is', () => {
    expect(decide(runningRun({ counted: [0], options }), settle).run).toMatchObject(late);
    const counted = decide(runningRun({ shards: 2, options }), count);
    expect(counted).toMatchObject({ run: late, effects: [{ type: 'housekeep' }] });
    expect(counted).not.toHaveProperty('marker');
  });

  it('fails it at its gate, whatever the event says, and when its time is over', () => {
    const gate = { event: 'Approval', timeoutMs: 60_000, onTimeout: 'complete' } as const;
    const gated = runningRun({ counted: [0], options: { ...options, gate } });
    for (const verdict of [null, { approved: true, reason: null }]) {
      expect(decide(gated, { ...settle, verdict }).run).toMatchObject(late);
      const waiting: Run = { ...gated, gate: { state: 'waiting', until: NOW } };
      expect(decide(waiting, { ...settle, verdict }).run).toMatchObject(late);
    }
  });

  it('but for a termination: its caller is told that it was one', () => {
    expect(decide(runningRun({ options }), terminate).run.status).toBe('Terminated');
  });

  it('is judged by the time that the end bears, so that no row says that a run has completed after its deadline', () => {
    const justInTime = runningRun({ counted: [0], options: { tolerance: {}, deadline: NOW } });
    expect(decide(justInTime, settle).run.status).toBe('Completed');
    expect(decide({ ...justInTime, updatedAt: NOW }, settle).run).toMatchObject({ ...late, endedAt: NOW + 1 });
  });
});

describe('the window', () => {
  it('is set at any time, and takes effect by a dispatch where the run is at work', () => {
    expect(decide(runningRun(), setWindow)).toMatchObject({
      run: { window: 99 },
      effects: [{ type: 'send-dispatch', epoch: 1, tok: 'fresh.1' }],
    });
    expect(decide(suspendedRun(), setWindow)).toMatchObject({ run: { window: 99, status: 'Suspended' }, effects: [] });
  });
});

describe("a run's own time", () => {
  const ahead = NOW + 300_000;
  const writes: [RunEvent<Folded>, Run][] = [
    [ready, { ...pendingRun, updatedAt: ahead }],
    [interrupt, { ...pendingRun, updatedAt: ahead }],
    [count, runningRun({ updatedAt: ahead })],
    [settle, runningRun({ updatedAt: ahead, counted: [0] })],
    [fail, runningRun({ updatedAt: ahead })],
    [suspend, runningRun({ updatedAt: ahead })],
    [resume, suspendedRun({ updatedAt: ahead })],
    [terminate, runningRun({ updatedAt: ahead })],
    [rewind, failedRun({ updatedAt: ahead })],
    [setWindow, runningRun({ updatedAt: ahead })],
    [{ ...house, epoch: 1 }, completedRun({ updatedAt: ahead })],
  ];

  it.each(writes)('goes on where a write of $type comes from a clock that is minutes behind', (event, run) => {
    const decided = decide(run, event);
    expect(decided.run.updatedAt).toBe(ahead + 1);
    for (const { at } of decided.history) expect(at).toBe(ahead + 1);
    if ('endedAt' in decided.run && event.type !== 'house') expect(decided.run.endedAt).toBe(ahead + 1);
  });

  it('does not stand still between two writes of one millisecond', () => {
    const first = decide(runningRun(), suspend);
    const second = decide(first.run, resume);
    expect([first.history[0]?.at, second.history[0]?.at]).toEqual([NOW, NOW + 1]);
  });

  it('leaves the end where it was when the final counts come', () => {
    expect(decide(completedRun({ updatedAt: ahead }), { ...house, epoch: 1 }).run).toMatchObject({ endedAt: NOW });
  });

  it("does not judge a gate's time, nor the time that a rewound run gets: they follow the clock", () => {
    const gate = { event: 'Approval', timeoutMs: 60_000, onTimeout: 'fail' } as const;
    const gated = runningRun({ updatedAt: ahead, counted: [0], options: { tolerance: {}, gate } });
    expect(decide(gated, settle).run).toMatchObject({ gate: { until: NOW + 60_000 }, updatedAt: ahead + 1 });
    const waiting: Run = { ...gated, gate: { state: 'waiting', until: NOW + 1 } };
    expect(decide(waiting, settle).run).toBe(waiting);
    const options = { tolerance: {}, deadline: NOW - 4_000 };
    const late = failedRun({ updatedAt: ahead, createdAt: NOW - 10_000, options });
    expect(decide(late, rewind).run.options.deadline).toBe(NOW + 6_000);
  });
});

describe('housekeeping (I6)', () => {
  it('freezes what came of every item, once', () => {
    const { run, history } = decide(terminated(), house);
    expect(run).toMatchObject({ housed: { succeeded: 7, failed: 2, aborted: 3 } });
    expect(history).toEqual([]);
    expect(decide(run, { ...house, succeeded: 8 })).toEqual({ run, history: [], effects: [] });
  });

  it('writes the row again where that is asked for, and changes nothing but its time', () => {
    const { run } = decide(terminated(), house);
    expect(decide(run, { ...house, succeeded: 8, again: true })).toEqual({
      run: { ...run, updatedAt: run.updatedAt + 1 },
      history: [],
      effects: [],
    });
  });

  it('takes no counts of an earlier end: the run was rewound since, and has ended once more', () => {
    const ended = completedRun({ epoch: 3 });
    expect(decide(ended, house)).toEqual({ run: ended, history: [], effects: [], refused: 'old-epoch' });
  });
});
