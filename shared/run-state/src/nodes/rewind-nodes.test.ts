import { describe, expect, it } from 'vitest';
import { closing, map, NOON, Play, task, wait } from '../../test/graphs.ts';

const rewind = { type: 'rewind', reason: 'mended' } as const;
const raise = (name: string, payload: string) => ({ type: 'raise', name, payload }) as const;

describe('a rewind (R7)', () => {
  it('continues failed and stopped nodes in their round, and resets the nodes behind them and the closing nodes', () => {
    const play = Play.of(
      [
        task('save'),
        task('pdf', { after: ['save'], onFailure: 'continue' }),
        task('video', { after: ['save'] }),
        task('ask', { after: ['pdf'] }),
      ],
      { closing: [closing('alert')] },
    );
    play.succeed('save');
    play.fail('pdf');
    play.fail('video');
    play.succeed('alert');
    expect(play.run).toMatchObject({ status: 'Failed', epoch: 2, nodes: { ask: { state: 'stopped', since: 1 } } });
    play.now += 500;
    const { effects, history } = play.decide(rewind);
    expect(history[0]).toMatchObject({ type: 'Rewound', detail: 'mended' });
    expect(play.run).toMatchObject({ status: 'Running', epoch: 3, verdict: null });
    expect(Object.keys(play.run.nodes).sort()).toEqual(['pdf', 'save', 'video']);
    const out = { state: 'out', since: 1, epoch: 3, attempt: 1, sends: 0, openedAt: NOON + 500 };
    expect(play.state('pdf')).toMatchObject(out);
    expect(play.state('video')).toMatchObject(out);
    expect(effects).toMatchObject([
      { node: 'pdf', epoch: 3 },
      { node: 'video', epoch: 3 },
    ]);
    play.succeed('pdf');
    expect(play.state('ask')).toMatchObject({ state: 'out', since: 3 });
    play.succeed('video');
    play.succeed('ask');
    expect(play.run.status).toBe('Completed');
  });

  it('tries tolerated failures again and repeats the decisions that were made without them: an order without clip and mail', () => {
    const play = Play.of(
      [
        task('save'),
        task('pdf', { after: ['save'], onFailure: 'continue' }),
        task('video', { after: ['save'], onFailure: 'continue' }),
        task('ask', { after: ['pdf', 'video'] }),
        wait('approval', 1_800_000, { after: ['ask'], onFailure: 'continue' }),
        task('email', { after: ['approval'] }),
      ],
      { closing: [closing('alert')] },
    );
    play.succeed('save');
    play.succeed('pdf');
    play.fail('video');
    play.succeed('ask');
    play.decide(raise('approval', 'yes'));
    play.fail('email');
    play.succeed('alert');
    expect(play.run).toMatchObject({ status: 'Failed', error: { message: 'email is broken' } });
    const { effects } = play.decide(rewind);
    expect(effects).toMatchObject([{ node: 'video', since: 1, epoch: 3 }]);
    expect(Object.keys(play.run.nodes).sort()).toEqual(['pdf', 'save', 'video']);
    expect(play.state('pdf')).toMatchObject({ outcome: 'succeeded' });
    expect(play.world.records.events.size).toBe(0);
    play.succeed('video');
    expect(play.state('ask')).toMatchObject({ state: 'out', since: 3 });
    play.succeed('ask');
    expect(play.state('approval')).toMatchObject({ state: 'waiting', since: 3 });
    play.decide(raise('approval', 'yes'));
    play.succeed('email');
    expect(play.run.status).toBe('Completed');
  });

  it('I7: takes the result that a late worker has left in the row of a stopped task', () => {
    const play = Play.of([task('slow'), task('bad')], { closing: [closing('alert')] });
    const late = play.message('slow');
    play.fail('bad');
    play.decide({ type: 'task', message: late, tried: { kind: 'succeeded', result: 'late' } });
    play.succeed('alert');
    expect(play.decide(rewind).effects).toMatchObject([{ node: 'bad' }]);
    expect(play.state('slow')).toMatchObject({ state: 'ended', outcome: 'succeeded' });
  });

  it('opens nodes again that failed as they were opened', () => {
    let isBroken = true;
    const input = () => {
      if (isBroken) throw new Error('broken');
      return 'mended';
    };
    const play = Play.of([task('node', { input })]);
    isBroken = false;
    play.decide(rewind);
    expect(play.state('node')).toMatchObject({ state: 'out', since: 3 });
    expect(play.world.records.tasks.get('node.3')).toEqual({ input: 'mended' });
  });

  it('opens the failed items of a map again in its round, also if the run has completed', () => {
    const play = Play.of([map('items', 4), task('next', { after: ['items'] })]);
    play.finish('items', [
      [2, 0],
      [1, 1],
    ]);
    play.succeed('next');
    expect(play.run.status).toBe('Completed');
    const { effects } = play.decide(rewind);
    expect(play.state('items')).toMatchObject({ state: 'open', since: 1, map: { counted: [], reopened: 2, total: 4 } });
    expect(play.state('next')).toBeUndefined();
    expect(effects).toMatchObject([{ type: 'send-dispatch', node: 'items', since: 1, epoch: 2 }]);
    play.finish('items', [
      [2, 0],
      [2, 0],
    ]);
    expect(play.state('next')).toMatchObject({ state: 'out', since: 2 });
    expect(play.world.records.outputs.get('items.1')).toMatchObject({ succeeded: 4 });
  });

  it('plans a map again if its items have changed', () => {
    const play = Play.of([map('items', 4)]);
    play.decide({ type: 'fail-node', ...play.roundOf('items'), failure: { code: 'ItemsChanged', message: 'others' } });
    play.decide(rewind);
    expect(play.state('items')).toMatchObject({ state: 'open', since: 3 });
    expect(play.run.opened).toHaveLength(2);
  });

  it('computes the output again if it has failed', () => {
    let isBroken = true;
    const output = () => {
      if (isBroken) throw new Error('broken');
      return 'mended';
    };
    const play = Play.of([task('save')], { output });
    play.succeed('save');
    expect(play.run.status).toBe('Failed');
    isBroken = false;
    expect(play.decide(rewind).run).toMatchObject({ status: 'Completed', output: 'mended' });
  });

  it('is refused if there is nothing to rewind or the run has not ended in a state that allows it', () => {
    const play = Play.of([task('save')]);
    expect(play.decide(rewind).refused).toBe('not-ended');
    play.succeed('save');
    expect(play.decide(rewind).refused).toBe('nothing-to-rewind');
    const terminated = Play.of([task('save')]);
    terminated.decide({ type: 'terminate', reason: null });
    expect(terminated.decide(rewind).refused).toBe('not-ended');
    const cut = new Play(play.rules);
    cut.decide({ type: 'interrupt' });
    expect(cut.decide(rewind).refused).toBe('nothing-to-rewind');
  });

  it('opens the whole run again if it failed before it began', () => {
    const play = new Play(Play.of([task('save'), task('next', { after: ['save'] })]).rules);
    play.decide({ type: 'fail', failure: { code: 'Odd', message: 'odd' } });
    play.decide(rewind);
    expect(play.run).toMatchObject({ status: 'Running', epoch: 3, nodes: { save: { state: 'out', since: 3 } } });
  });

  it('after the deadline, gives the run the same time again', () => {
    const play = Play.of([task('save')], {}, { options: { tolerance: {}, deadline: NOON + 5_000 } });
    play.now += 6_000;
    play.decide({ type: 'look' });
    expect(play.run).toMatchObject({ status: 'Failed', error: { code: 'DeadlineExceeded' } });
    expect(play.decide(rewind).run).toMatchObject({ status: 'Running', options: { deadline: play.now + 15_000 } });
  });

  it('opens each round once, even if it comes twice in the middle of a run', () => {
    const play = Play.of([task('a'), task('b', { after: ['a'] })]);
    for (let turn = 0; turn < 2; turn += 1) {
      if (turn === 0) play.succeed('a');
      play.fail('b');
      play.decide(rewind);
    }
    expect(play.state('b')).toMatchObject({ state: 'out', since: 1, epoch: 5 });
    play.succeed('b');
    expect(play.run.status).toBe('Completed');
  });
});

describe('events and a rewind (R4)', () => {
  it('consume an event that was received by a wait that opens again: succeeded, timed out, stopped or failed by its payload', () => {
    const answered = Play.of([
      task('bad', { onFailure: 'continue' }),
      wait('go', undefined, { after: ['bad'] }),
      task('last', { after: ['go'] }),
    ]);
    answered.fail('bad');
    answered.decide(raise('go', 'yes'));
    answered.succeed('last');
    answered.decide(rewind);
    answered.succeed('bad');
    expect(answered.state('go')).toMatchObject({ state: 'waiting', since: 2 });

    const late = Play.of([wait('go', 1_000, { onFailure: 'continue' }), task('last', { after: ['go'] })]);
    late.now += 1_000;
    late.decide(raise('go', 'late'));
    late.succeed('last');
    late.decide(rewind);
    expect(late.state('go')).toMatchObject({ state: 'waiting' });

    const stopped = Play.of([wait('go'), task('bad')], { closing: [closing('alert')] });
    stopped.fail('bad');
    stopped.decide(raise('go', 'after the verdict'));
    stopped.succeed('alert');
    stopped.decide(rewind);
    expect(stopped.state('go')).toMatchObject({ state: 'waiting' });

    const wrong = Play.of([wait('go')]);
    wrong.decide(raise('go', 'bad'));
    wrong.decide(rewind);
    expect(wrong.state('go')).toMatchObject({ state: 'waiting' });
    expect(wrong.world.records.events.size).toBe(0);
  });

  it('keep an event whose wait never opened: not reached, skipped, or failed as it was opened', () => {
    const absent = Play.of([task('bad'), wait('go', undefined, { after: ['bad'] })]);
    absent.decide(raise('go', 'early'));
    absent.fail('bad');
    absent.decide(rewind);
    absent.succeed('bad');
    expect(absent.run.status).toBe('Completed');

    let isWanted = false;
    const when = () => isWanted;
    const skipped = Play.of([task('bad', { onFailure: 'continue' }), wait('go', undefined, { after: ['bad'], when })]);
    skipped.decide(raise('go', 'early'));
    skipped.fail('bad');
    expect(skipped.state('go')).toMatchObject({ outcome: 'skipped' });
    isWanted = true;
    skipped.decide(rewind);
    skipped.succeed('bad');
    expect(skipped.state('go')).toMatchObject({ outcome: 'succeeded' });

    const unopened = Play.of([wait('go', -1)]);
    unopened.decide(rewind);
    expect(unopened.run.status).toBe('Failed');
  });
});
