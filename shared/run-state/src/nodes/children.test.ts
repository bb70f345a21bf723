import { describe, expect, it } from 'vitest';
import { child, closing, Play, task } from '../../test/graphs.ts';

const id = '@run.gen.sub.1';
const done = { status: 'succeeded', output: 'child done' } as const;
const error = { code: 'ChildFailed', message: 'no' };
const tell = (play: Play, ended: typeof done | { status: 'failed'; error: typeof error } = done, since = 1) =>
  play.decide({ type: 'child', node: 'sub', since, ended });
const pass = (play: Play) => play.decide({ type: 'repair', looks: new Map() });

describe('a child (R12)', () => {
  it('gets its input in a row, an id derived from its parent, and is started by a message', () => {
    const play = Play.of([child('sub', { input: () => 'given' })]);
    expect(play.world.records.tasks.get('sub.1')).toEqual({ input: 'given' });
    expect(play.state('sub')).toMatchObject({ state: 'child', runId: id });
    expect(play.effects).toMatchObject([{ type: 'start-child', node: 'sub', since: 1 }]);
  });

  it('ends its node with its output or failure, only in the round that started it', () => {
    const play = Play.of([child('sub'), task('next', { after: ['sub'] })]);
    expect(tell(play, done, 2).refused).toBe('not-open');
    tell(play);
    expect(play.state('sub')).toMatchObject({ state: 'ended', outcome: 'succeeded', runId: id });
    expect(play.world.records.outputs.get('sub.1')).toBe('child done');
    expect(play.state('next')).toMatchObject({ state: 'out' });
    const failed = Play.of([child('sub')]);
    tell(failed, { status: 'failed', error });
    expect(failed.run).toMatchObject({ status: 'Failed', error });
  });

  it('I4: reported again, sends again only what its end has opened', () => {
    const play = Play.of([child('sub'), task('next', { after: ['sub'] }), task('other')]);
    tell(play);
    const { run, effects } = tell(play);
    expect(run).toBe(play.run);
    expect(effects).toMatchObject([{ type: 'send-task', node: 'next' }]);
  });

  it('is asked for again after a while, since its report may be lost, but not while the run is suspended', () => {
    const play = Play.of([child('sub')]);
    play.now += 60_000;
    expect(pass(play).effects).toEqual([]);
    play.now += 1;
    expect(pass(play).effects).toMatchObject([{ type: 'start-child' }]);
    play.now += 120_000;
    expect(pass(play).effects).toEqual([]);
    play.now += 1;
    expect(pass(play).effects).toMatchObject([{ type: 'start-child' }]);
    play.decide({ type: 'suspend', reason: null });
    play.now += 1_000_000;
    expect(pass(play).run).toBe(play.run);
    expect(play.decide({ type: 'resume', reason: null }).effects).toMatchObject([{ type: 'start-child' }]);
  });

  it('ends when a verdict or a termination stops its node', () => {
    const end = { type: 'end-child', runId: id };
    const play = Play.of([child('sub'), task('bad')], { closing: [closing('alert')] });
    expect(play.fail('bad').effects).toContainEqual(end);
    expect(pass(play).effects).toEqual([end]);
    expect(tell(play).refused).toBe('not-open');
    const terminated = Play.of([child('sub')]);
    expect(terminated.decide({ type: 'terminate', reason: null }).effects).toEqual([end, { type: 'finalize' }]);
  });

  it('ends also if the verdict is given while the run is suspended', () => {
    const play = Play.of([child('sub'), task('bad')], { closing: [closing('alert')] });
    play.decide({ type: 'suspend', reason: null });
    expect(play.fail('bad').effects).toEqual([{ type: 'end-child', runId: id }]);
  });

  it('is replaced by a new child after a rewind, and the old child ends', () => {
    const play = Play.of([child('sub'), task('bad')]);
    play.fail('bad');
    const { effects } = play.decide({ type: 'rewind', reason: null });
    expect(effects).toContainEqual({ type: 'end-child', runId: id });
    expect(play.state('sub')).toMatchObject({ state: 'child', runId: '@run.gen.sub.3', since: 3 });
  });
});
