import { describe, expect, it } from 'vitest';
import { child, closing, map, NOON, Play, task, wait } from '../../test/graphs.ts';
import type { NodeRules, NodeState, Seen } from '../index.ts';
import { MissingOutputError } from '../index.ts';

const broken = (): never => {
  throw new Error('is broken');
};
const ended = (outcome: string) => ({ state: 'ended', outcome });
const error = (code: string, message?: string) => ({ error: message === undefined ? { code } : { code, message } });

describe('opening nodes', () => {
  it('opens all root nodes at once, each with its own message', () => {
    const { effects, last, run } = Play.of([
      task('left'),
      task('right'),
      map('items', 3),
      wait('go', 60_000),
      child('sub'),
    ]);
    expect(effects.map(({ type }) => type)).toEqual([
      'send-task',
      'send-task',
      'send-dispatch',
      'send-due',
      'start-child',
    ]);
    expect(new Set(effects.map((effect) => ('token' in effect ? effect.token : ''))).size).toBe(5);
    expect(Object.values(run.nodes).every(({ since }) => since === 1)).toBe(true);
    const opened = ['left', 'right', 'items', 'go', 'sub'];
    expect(last?.history).toContainEqual({ at: NOON, type: 'NodesMoved', detail: { opened } });
    expect(run.opened).toEqual([{ node: 'items', since: 1, shards: 2 }]);
  });

  it('waits for all predecessors, and passes on the outcomes of all ancestors', () => {
    const seen: Seen[] = [];
    const input = (given: Seen) => {
      seen.push(given);
      return 'joined';
    };
    const play = Play.of([
      task('save'),
      task('pdf', { after: ['save'] }),
      task('video', { after: ['save'], onFailure: 'continue' }),
      task('ask', { after: ['pdf', 'video'], input }),
    ]);
    play.succeed('save');
    play.fail('video');
    expect(play.state('ask')).toBeUndefined();
    play.succeed('pdf');
    expect(seen).toEqual([
      {
        run: { id: 'run', input: { order: 7 }, startedAt: new Date(NOON - 10_000).toISOString() },
        save: { status: 'succeeded', output: 'save done' },
        pdf: { status: 'succeeded', output: 'pdf done' },
        video: { status: 'failed', error: { code: 'Broken', message: 'video is broken' } },
      },
    ]);
    expect(play.world.records.tasks.get('ask.1')).toEqual({ input: 'joined' });
  });

  it('skips a node if its condition is false or all its predecessors were skipped; branches of a choice join again', () => {
    const play = Play.of([
      task('choose'),
      task('yes', { after: ['choose'], when: ({ choose }) => JSON.stringify(choose).includes('choose') }),
      task('no', { after: ['choose'], when: () => false }),
      task('never', { after: ['no'] }),
      task('nor', { after: ['no', 'never'] }),
      task('join', { after: ['yes', 'never'] }),
    ]);
    play.succeed('choose');
    expect(play.state('no')).toMatchObject({ ...ended('skipped'), why: 'its condition was false' });
    expect(play.state('never')).toMatchObject({ ...ended('skipped'), why: 'no was skipped' });
    expect(play.state('nor')).toMatchObject({ why: 'no, never were skipped' });
    expect(play.state('join')).toBeUndefined();
    play.succeed('yes');
    expect(play.state('join')).toMatchObject({ state: 'out' });
  });

  it.each<[string, NodeRules, string]>([
    ['a condition', task('node', { when: broken }), 'ChainFunctionFailed'],
    ['an input', task('node', { input: broken }), 'ChainFunctionFailed'],
    ['items', map('node', 1, { items: broken }), 'ChainFunctionFailed'],
    ["a child's input", child('node', { input: broken }), 'ChainFunctionFailed'],
    ['an input of too many characters', task('node', { input: () => 'x'.repeat(70_000) }), 'InputTooLarge'],
    ["a child's too", child('node', { input: () => 'x'.repeat(70_000) }), 'InputTooLarge'],
    ['an input that no JSON keeps', task('node', { input: () => ({ ratio: Number.NaN }) }), 'InputInvalid'],
    ["a child's too", child('node', { input: () => [Number.POSITIVE_INFINITY] }), 'InputInvalid'],
    ['too many items', map('node', 101), 'ItemsInvalid'],
    ['items that do not fit', map('node', 1, { misfit: () => 'odd' }), 'ItemsInvalid'],
    [
      'an empty fold of too many characters',
      map('node', 0, { fold: { empty: 'x'.repeat(70_000), merge: broken } }),
      'ResultTooLarge',
    ],
    ['no instant', wait('node', 0, { until: { type: 'instant', at: () => 'soon' } }), 'ChainFunctionFailed'],
    ['a time-out beyond all time', wait('node', 1e300), 'ChainFunctionFailed'],
    ['an invalid time-out', wait('node', Number.NaN), 'ChainFunctionFailed'],
  ])('I6: fails the node and the run if the node cannot be opened because of %s', (_, node, code) => {
    const { run, world } = Play.of([node]);
    expect(run).toMatchObject({ status: 'Failed', ...error(code), nodes: { node: ended('failed') } });
    expect(world.records.tasks.size).toBe(0);
  });

  it('keeps the code of an error that a function throws, and tolerates the failure if onFailure allows it', () => {
    const own = Object.assign(new Error('no rate'), { code: 'NoRate' });
    const input = (): never => {
      throw own;
    };
    const { run } = Play.of([task('node', { input, onFailure: 'continue' })]);
    expect(run).toMatchObject({ status: 'Completed', nodes: { node: error('NoRate', 'no rate') } });
  });

  it('opens at most as many nodes as fit into a transaction and fails the rest', () => {
    const long = () => 'x'.repeat(65_000);
    const nodes = Array.from({ length: 17 }, (_, place) => task(`n${place}`, { input: long, onFailure: 'continue' }));
    const states = Object.values(Play.of(nodes).run.nodes).map(({ state }) => state);
    expect(states.filter((state) => state === 'out')).toHaveLength(15);
  });

  it('ends a map without items with its empty fold, and leaves no rows to purge', () => {
    const { run, world } = Play.of([map('items', 0)]);
    expect(run).toMatchObject({ status: 'Completed', opened: [], nodes: { items: ended('succeeded') } });
    const output = { total: 0, succeeded: 0, failed: 0, failures: [], fold: 0 };
    expect(world.records.outputs).toEqual(new Map([['items.1', output]]));
  });

  it('asks no items of a root map: the start writes them, so a root map that opens here has none', () => {
    const { run } = Play.of([map('items', 3, { items: broken })], { rootItems: 'items' });
    expect(run).toMatchObject({ status: 'Completed', nodes: { items: { counts: { succeeded: 0, failed: 0 } } } });
  });

  it('R8: changes nothing if the chain is unknown', () => {
    const play = Play.of([], { isUnknown: true });
    expect(play.run).toMatchObject({ status: 'Running', verdict: null });
  });

  it('treats a failed node without an error as failed', () => {
    const seen: Seen[] = [];
    const when = (given: Seen) => {
      seen.push(given);
      return true;
    };
    const play = Play.of([task('save', { onFailure: 'continue' }), task('next', { after: ['save'], when })]);
    const save: NodeState = { state: 'ended', outcome: 'failed', since: 1, openedAt: NOON, endedAt: NOON };
    play.world = { ...play.world, run: { ...play.run, nodes: { save } } };
    play.decide({ type: 'look' });
    expect(seen).toMatchObject([{ save: { status: 'failed', error: { code: 'Failed' } } }]);
  });

  it('throws if the output of an ended node is missing', () => {
    const play = Play.of([task('save'), task('other'), task('next', { after: ['save'] })]);
    play.succeed('save');
    play.succeed('next');
    play.world = { ...play.world, records: { ...play.world.records, tasks: new Map([['other.1', { input: null }]]) } };
    expect(() =>
      play.ask({ type: 'task', message: play.message('other'), tried: { kind: 'succeeded', result: 1 } }),
    ).toThrow(MissingOutputError);
  });
});

describe('the verdict (R3)', () => {
  it('completes the run with the result of its output function', () => {
    const output = ({ save, skipped }: Seen) => JSON.stringify({ save, skipped });
    const play = Play.of([task('save'), task('skipped', { when: () => false })], { output });
    const { effects, history } = play.succeed('save', 7);
    expect(play.run).toMatchObject({ status: 'Completed', epoch: 1, finalized: null });
    expect(play.run).toHaveProperty(
      'output',
      '{"save":{"status":"succeeded","output":7},"skipped":{"status":"skipped"}}',
    );
    expect(effects).toEqual([{ type: 'finalize' }]);
    expect(history.map(({ type }) => type)).toEqual(['NodesMoved', 'Completed']);
  });

  it.each([
    ['throws', broken, 'OutputFailed'],
    [
      'throws an error with a code',
      () => {
        throw Object.assign(new Error('no'), { code: 'Own' });
      },
      'Own',
    ],
    ['gives too much', () => 'x'.repeat(70_000), 'OutputFailed'],
  ])('fails the run if its output function %s', (_, output, code) => {
    const play = Play.of([task('save')], { output });
    play.succeed('save');
    expect(play.run).toMatchObject({ status: 'Failed', ...error(code) });
    expect(play.world.records.tasks.get('save.1')).toHaveProperty('result', 'save done');
  });

  it('fails the run if its output is not a JSON value', () => {
    // @ts-expect-error: nothing keeps a chain's function from it where it runs.
    const play = Play.of([task('save')], { output: () => undefined });
    expect(play.succeed('save').run).toMatchObject({
      ...error('OutputFailed', 'the output could not be computed: it is not a JSON value'),
    });
  });

  it('of failure stops all open nodes in a new epoch and ends their children', () => {
    const play = Play.of([task('bad'), task('slow'), map('items', 3), wait('go'), child('sub')]);
    const { effects } = play.fail('bad');
    expect(play.run).toMatchObject({ status: 'Failed', epoch: 2, ...error('Broken', 'bad is broken') });
    expect(Object.values(play.run.nodes).map(({ state }) => state)).toEqual([
      'ended',
      'stopped',
      'stopped',
      'stopped',
      'stopped',
    ]);
    expect(play.state('items')).toHaveProperty('map.total', 3);
    expect(effects).toEqual([{ type: 'end-child', runId: '@run.gen.sub.1' }, { type: 'finalize' }]);
  });

  it('opens the closing nodes in the new epoch, and ends the run when they have ended, in whatever way', () => {
    const seen: Seen[] = [];
    const input = (given: Seen) => {
      seen.push(given);
      return null;
    };
    const play = Play.of([task('bad'), task('busy'), task('later', { after: ['bad'] })], {
      closing: [
        closing('alert', { input }),
        closing('tidy', { closing: 'always' }),
        closing('never', { when: () => false }),
        closing('broken', { when: broken }),
      ],
    });
    const { history } = play.fail('bad');
    expect(history.map(({ type }) => type)).toEqual(['NodesMoved', 'VerdictGiven']);
    expect(seen[0]).toMatchObject({
      bad: { status: 'failed' },
      // It had begun: a closing node that undoes it has to know.
      busy: { status: 'failed', error: { code: 'Stopped' } },
      later: { status: 'notReached' },
      verdict: { status: 'failed', node: 'bad', code: 'Broken', message: 'bad is broken' },
    });
    expect(play.run).toMatchObject({ status: 'Running', nodes: { alert: { state: 'out', since: 2 } } });
    expect(play.state('never')).toMatchObject(ended('skipped'));
    expect(play.state('broken')).toMatchObject(ended('failed'));
    play.fail('alert', 'Odd');
    expect(play.run.status).toBe('Running');
    play.try('tidy', { kind: 'run-failed', error: { code: 'Fatal', message: 'no' } });
    expect(play.run).toMatchObject({ status: 'Failed', epoch: 2, ...error('Broken') });
  });

  it('of success opens only the closing nodes that always run, and tolerates their failure', () => {
    const play = Play.of([task('save')], { closing: [closing('alert'), closing('tidy', { closing: 'always' })] });
    play.succeed('save');
    expect(play.state('alert')).toBeUndefined();
    expect(play.fail('tidy').run).toMatchObject({ status: 'Completed', output: 'done' });
  });

  it('is final: neither a deadline nor a failure changes it; only terminate does', () => {
    const play = Play.of(
      [task('bad')],
      { closing: [closing('alert')] },
      { options: { tolerance: {}, deadline: NOON + 5 } },
    );
    play.fail('bad');
    play.now += 10_000;
    expect(play.decide({ type: 'look' }).run).toBe(play.run);
    const failure = { code: 'Late', message: 'late' };
    expect(play.decide({ type: 'fail', failure })).toMatchObject({ refused: 'verdict-stands', effects: [] });
    expect(play.decide({ type: 'terminate', reason: 'enough' }).run).toMatchObject({
      status: 'Terminated',
      epoch: 3,
      nodes: { alert: { state: 'stopped' } },
    });
  });

  it('is Failed once the deadline has passed, whatever the write brings; results of the write are kept', () => {
    const play = Play.of([task('save')], {}, { options: { tolerance: {}, deadline: NOON + 5 } });
    play.now += 6;
    play.succeed('save');
    expect(play.run).toMatchObject({
      status: 'Failed',
      ...error('DeadlineExceeded'),
      nodes: { save: ended('succeeded') },
    });
  });

  it('is Failed if a handler gives the whole run up, also in an event of the same kind', () => {
    const play = Play.of([task('save'), task('other')]);
    play.try('save', { kind: 'run-failed', error: { code: 'Fatal', message: 'no' } });
    expect(play.run).toMatchObject({
      status: 'Failed',
      ...error('Fatal'),
      nodes: { save: { state: 'ended', outcome: 'failed' } },
    });
    const failed = Play.of([task('save')]).decide({ type: 'fail', failure: { code: 'Odd', message: 'odd' } });
    expect(failed.run).toMatchObject({ status: 'Failed', ...error('Odd') });
  });
});
