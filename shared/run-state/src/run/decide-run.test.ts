import { describe, expect, it } from 'vitest';
import { map, NOON, Play, pendingRun, task, worldOf } from '../../test/graphs.ts';
import { headOf, type RunEvent } from '../index.ts';

const fail = { type: 'fail', failure: { code: 'Late', message: 'too late' } } as const;
const suspend = { type: 'suspend', reason: 'pause' } as const;
const resume = { type: 'resume', reason: 'go on' } as const;
const terminate = { type: 'terminate', reason: 'enough' } as const;
const setWindow = { type: 'set-window', window: 9 } as const;
const finalize = { type: 'finalize', epoch: 2, succeeded: 1, failed: 2, again: false } as const;
const running = () => Play.of([task('save'), map('items', 4)]);
const pending = (over: Parameters<typeof pendingRun>[0] = {}) => new Play(running().rules, worldOf(pendingRun(over)));
const after = (play: Play, ...events: RunEvent[]) => {
  for (const event of events) play.decide(event);
  return play;
};

describe('a refused event changes nothing', () => {
  it.each<[string, () => Play, RunEvent]>([
    ['not-pending', running, { type: 'ready' }],
    ['not-pending', running, { type: 'interrupt' }],
    ['not-running', pending, suspend],
    ['not-running', pending, setWindow],
    ['not-running', pending, { type: 'look' }],
    ['not-running', () => after(running(), suspend), suspend],
    ['not-suspended', running, resume],
    ['already-ended', () => after(running(), fail), fail],
    ['already-ended', () => after(running(), terminate), terminate],
    ['already-ended', () => after(running(), terminate), setWindow],
    ['not-ended', running, finalize],
    ['old-epoch', () => after(running(), terminate), { ...finalize, epoch: 1 }],
  ])('%s', (refused, begin, event) => {
    const play = begin();
    const decision = play.decide(event);
    expect(decision).toMatchObject({ refused, effects: [], history: [] });
    expect(decision.run).toBe(play.run);
  });
});

describe('the life of a run', () => {
  it('begins when all its rows are written', () => {
    const play = pending();
    const { history } = play.decide({ type: 'ready' });
    expect(play.run).toMatchObject({ status: 'Running', verdict: null, updatedAt: NOON });
    expect(history.map(({ type }) => type)).toEqual(['Running', 'NodesMoved']);
  });

  it('ends before it begins if its start was interrupted or cannot succeed; its open nodes are stopped', () => {
    const { nodes } = running().run;
    const interrupted = pending({ nodes: { ...nodes, old: { state: 'stopped', since: 1, openedAt: 1, endedAt: 2 } } });
    expect(interrupted.decide({ type: 'interrupt' })).toMatchObject({
      run: { status: 'Failed', epoch: 2, error: { code: 'IntakeInterrupted' } },
      history: [{ type: 'Failed' }],
      effects: [{ type: 'finalize' }],
    });
    expect(Object.values(interrupted.run.nodes).map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(pending().decide(fail).run).toMatchObject({ status: 'Failed', error: fail.failure });
    expect(pending().decide(terminate).run).toMatchObject({ status: 'Terminated', epoch: 2, reason: 'enough' });
  });

  it('R6: while suspended, keeps its reason, sends nothing and records outcomes', () => {
    const play = Play.of([task('save'), task('next', { after: ['save'] })]);
    expect(play.decide(suspend)).toMatchObject({ effects: [], history: [{ type: 'Suspended', detail: 'pause' }] });
    expect(play.run).toMatchObject({ status: 'Suspended', epoch: 1, reason: 'pause' });
    expect(play.succeed('save').effects).toEqual([]);
    expect(play.state('next')).toMatchObject({ state: 'out', epoch: 1 });
    const { effects, history } = play.decide(resume);
    expect(effects).toMatchObject([{ type: 'send-task', node: 'next', epoch: 2 }]);
    expect(history).toMatchObject([{ type: 'Resumed', detail: 'go on' }]);
    expect(play.run).not.toHaveProperty('reason');
  });

  it.each(['Completed', 'Failed'])('R6: after a resume is %s by the outcomes recorded while suspended', (status) => {
    const play = Play.of([task('save')]);
    play.decide(suspend);
    if (status === 'Completed') play.succeed('save');
    else play.try('save', { kind: 'failed', error: fail.failure });
    expect(play.run.status).toBe('Suspended');
    expect(play.decide({ type: 'look' }).run).toBe(play.run);
    expect(play.decide(resume).run.status).toBe(status);
  });

  it('R6: fails while suspended if the whole run is given up', () => {
    const play = Play.of([task('save')]);
    play.decide(suspend);
    expect(play.decide(fail).run).toMatchObject({ status: 'Failed', error: fail.failure });
  });

  it('R6: resumes all open work in a new epoch; a retry keeps waiting', () => {
    const play = Play.of([task('save'), map('items', 4)]);
    play.try('save', { kind: 'retry', error: fail.failure, retryAfterMs: 60_000 });
    play.decide(suspend);
    play.now += 20_000;
    expect(play.decide(resume).effects).toMatchObject([
      { type: 'send-task', node: 'save', epoch: 2, attempt: 2, delayMs: 40_000 },
      { type: 'send-dispatch', node: 'items', epoch: 2 },
    ]);
    expect(play.state('save')).toMatchObject({ epoch: 2, attempt: 2 });
  });

  it('I5: terminates from any live status in a new epoch, and stops all open nodes', () => {
    for (const play of [running(), after(running(), suspend)]) {
      expect(play.decide(terminate)).toMatchObject({
        run: {
          status: 'Terminated',
          epoch: 2,
          reason: 'enough',
          finalized: null,
          nodes: { save: { state: 'stopped' } },
        },
        history: [{ type: 'Terminated', detail: 'enough' }],
        effects: [{ type: 'finalize' }],
      });
    }
  });

  it('has a head with the fields that all statuses share, and no others', () => {
    const { status: _, ...head } = pendingRun();
    expect(headOf(after(running(), terminate).run)).not.toHaveProperty('reason');
    expect(headOf(pendingRun())).toEqual({ ...head, traceparent: undefined, parent: undefined });
  });

  it('writes nothing if a look finds nothing to do', () => {
    const play = running();
    expect(play.decide({ type: 'look' })).toMatchObject({ run: play.run, history: [], effects: [] });
  });
});

describe("a run's own time", () => {
  it("moves on if the writer's clock is behind, and claims use that time", () => {
    const ahead = NOON + 300_000;
    for (const event of [suspend, terminate, setWindow, fail]) {
      const play = running();
      play.world = { ...play.world, run: { ...play.run, updatedAt: ahead } };
      const { run, history } = play.decide(event);
      expect(run.updatedAt).toBe(ahead + 1);
      for (const { at } of history) expect(at).toBe(ahead + 1);
    }
    const late = pending({ updatedAt: ahead });
    late.decide({ type: 'ready' });
    expect(late.state('save')).toMatchObject({ at: NOON, openedAt: NOON });
  });

  it('advances between two writes of one millisecond', () => {
    const play = after(running(), suspend);
    const { updatedAt } = play.run;
    expect(after(play, resume).run.updatedAt).toBe(updatedAt + 1);
  });
});

describe('finalization (I6)', () => {
  it('freezes the item counts once', () => {
    const play = after(running(), terminate);
    expect(play.decide(finalize).run).toMatchObject({ finalized: { succeeded: 1, failed: 2, aborted: 1 } });
    expect(play.decide({ ...finalize, succeeded: 2 }).run).toBe(play.run);
    const { run } = play;
    expect(play.decide({ ...finalize, again: true }).run).toEqual({ ...run, updatedAt: run.updatedAt + 1 });
  });

  it('counts no negative number of aborted items, even with inconsistent rows', () => {
    const play = after(running(), terminate);
    expect(play.decide({ ...finalize, succeeded: 99 }).run).toMatchObject({ finalized: { aborted: 0 } });
  });
});
