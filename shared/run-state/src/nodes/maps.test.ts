import { describe, expect, it } from 'vitest';
import { chainOf, map, Play, pendingRun, summaryOf, task } from '../../test/graphs.ts';
import { digestOf, formerViewOf, mapPlan, mapViewOf, mapViewsOf, totalOf } from '../index.ts';

const count = (play: Play, shard: number, ledgerEpoch = play.run.epoch) =>
  play.decide({ type: 'count', ...play.roundOf('items'), token: 'mine', summary: summaryOf(shard, 2, 0), ledgerEpoch });
const advanced = (nodes: Parameters<typeof Play.of>[0], shards: Parameters<Play['finish']>[1], options = {}) => {
  const play = Play.of(nodes, {}, { options: { tolerance: {}, ...options } });
  play.finish('items', shards);
  return play;
};

describe('opening a map (R2)', () => {
  it('makes a plan with all that is needed to write its rows', () => {
    expect(Play.of([map('items', 5)]).state('items')).toEqual({
      ...{ state: 'open', since: 1, openedAt: 1_700_000_000_000, by: 'tok0' },
      map: {
        ...{ total: 5, shards: 3, chunkItems: 1, window: 4, counted: [], reopened: 0, tolerance: {} },
        digest: digestOf([0, 1, 2, 3, 4]),
      },
    });
  });

  it("prefers the caller's window and tolerance to the chain's", () => {
    const rules = map('items', 5, { tolerance: { count: 1 } });
    expect(mapPlan(rules, 5, '', { tolerance: {} })).toMatchObject({ window: 4, tolerance: { count: 1 } });
    for (const tolerance of [{ count: 2 }, { percentage: 5 }])
      expect(mapPlan(rules, 5, '', { window: 9, tolerance })).toMatchObject({ window: 9, tolerance });
  });

  it('makes a digest that differs for other items and for another order', () => {
    const digests = [[1, 2], [2, 1], [1, 3], [12], [], ['1', '2'], [1, 2, 2]].map(digestOf);
    expect(new Set(digests).size).toBe(7);
    expect(digestOf([1, 2])).toBe(digests[0]);
  });
});

describe('counting a shard (I1)', () => {
  it("writes the shard's summary, the run row and a timeline entry together, and wakes the shards whose share has grown", () => {
    const play = Play.of([map('items', 8, { windowItems: 3 })]);
    const { effects, writes, history } = count(play, 1);
    expect(writes.summary).toEqual({ node: 'items', since: 1, summary: summaryOf(1, 2, 0) });
    expect(history).toMatchObject([
      { type: 'ShardCounted', detail: { node: 'items', shard: 1, succeeded: 2, failed: 0 } },
    ]);
    expect(play.state('items')).toHaveProperty('map.counted', [1]);
    expect(effects).toMatchObject([{ type: 'send-dispatch', node: 'items', epoch: 1, shards: [3] }]);
    expect(count(play, 0).effects).toEqual([]);
    expect(play.state('items')).toHaveProperty('map.counted', [0, 1]);
  });

  it('counts a shard only once, and asks again for a due end', () => {
    const play = Play.of([map('items', 4)]);
    count(play, 0);
    expect(count(play, 0)).toMatchObject({ run: play.run, refused: 'already-counted', effects: [] });
    const end = [{ type: 'advance-map', node: 'items', since: 1 }];
    expect(count(play, 1).effects).toEqual(end);
    expect(count(play, 1)).toMatchObject({ run: play.run, refused: 'already-counted', effects: end });
  });

  it("counts a ledger only of the run's epoch and open round, while the run is Running", () => {
    const play = Play.of([map('items', 4)]);
    expect(count(play, 0, 7).refused).toBe('old-epoch');
    const other = {
      type: 'count',
      node: 'items',
      since: 9,
      token: 'mine',
      summary: summaryOf(0, 2, 0),
      ledgerEpoch: 1,
    } as const;
    expect(play.decide(other).refused).toBe('not-open');
    play.decide({ type: 'suspend', reason: null });
    expect(count(play, 0).refused).toBe('not-running');
    expect(play.advanceMap('items').refused).toBe('not-running');
  });
});

describe('ending a map', () => {
  it('succeeds with the fold of all shards and the failures by code', () => {
    const play = advanced(
      [map('items', 4), task('next', { after: ['items'] })],
      [
        [2, 0],
        [1, 1],
      ],
    );
    const failures = [{ code: 'Broken', count: 1, example: { index: 2, message: 'no' } }];
    const output = { total: 4, succeeded: 3, failed: 1, failures, fold: 3 };
    expect(play.world.records.outputs.get('items.1')).toEqual(output);
    const counts = { succeeded: 3, failed: 1 };
    expect(play.state('items')).toMatchObject({
      state: 'ended',
      outcome: 'succeeded',
      counts,
      map: { counted: [0, 1] },
    });
    expect(play.state('next')).toMatchObject({ state: 'out', by: 'advance.items' });
  });

  it('I4: sends again what it has opened if its message is repeated, although the node has ended', () => {
    const play = advanced(
      [map('items', 4), task('next', { after: ['items'] })],
      [
        [2, 0],
        [1, 1],
      ],
    );
    expect(play.advanceMap('items')).toMatchObject({ run: play.run, refused: 'not-open', effects: [{ node: 'next' }] });
  });

  it('waits until all shards are counted', () => {
    const play = Play.of([map('items', 4)]);
    count(play, 0);
    expect(play.advanceMap('items')).toMatchObject({ run: play.run, refused: 'not-all-counted' });
  });

  it('fails if no item has succeeded, and names the most frequent failure', () => {
    const message = 'all 3 items have failed; 2 by Broken: no';
    const summaries = [summaryOf(0, 0, 2), { ...summaryOf(1, 0, 1), failures: [] }];
    const play = Play.of([map('items', 3)]);
    for (const summary of summaries)
      play.decide({ type: 'count', ...play.roundOf('items'), token: 't', summary, ledgerEpoch: 1 });
    play.advanceMap('items');
    expect(play.run).toMatchObject({ status: 'Failed', error: { code: 'AllItemsFailed', message } });
    const lone = advanced([map('items', 1)], [[0, 1]]).run;
    expect(lone).toMatchObject({ error: { message: 'the only item has failed; 1 by Broken: no' } });
    const bare = Play.of([map('items', 1)]);
    const summary = { ...summaryOf(0, 0, 1), failures: [] };
    bare.decide({ type: 'count', ...bare.roundOf('items'), token: 't', summary, ledgerEpoch: 1 });
    bare.advanceMap('items');
    expect(bare.run).toMatchObject({ error: { message: 'the only item has failed' } });
  });

  it('is decided by the tolerance alone, if there is one', () => {
    const options = (tolerance: object) => ({ tolerance });
    expect(advanced([map('items', 2)], [[0, 2]], options({ percentage: 100 })).run.status).toBe('Completed');
    const strict = advanced([map('items', 2)], [[1, 1]], options({ count: 0 })).run;
    expect(strict).toMatchObject({ status: 'Failed', error: { code: 'FailureToleranceExceeded' } });
    expect(strict.nodes['items']).toMatchObject({ counts: { succeeded: 1, failed: 1 } });
  });

  it("I6: fails if the shards' results cannot be folded or stored", () => {
    const merge = () => {
      throw new Error('cannot add');
    };
    const message = 'the output could not be computed: Error: cannot add';
    const broken = advanced([map('items', 2, { fold: { empty: 0, merge } })], [[2, 0]]).run;
    expect(broken).toMatchObject({ error: { code: 'OutputFailed', message } });
    const fold = { empty: '', merge: () => 'x'.repeat(70_000) };
    expect(advanced([map('items', 2, { fold })], [[2, 0]]).run).toMatchObject({ error: { code: 'ResultTooLarge' } });
  });
});

describe('a map that cannot continue', () => {
  it('fails once, and fails the run unless onFailure says continue', () => {
    const failure = { code: 'ItemsChanged', message: 'the items have changed' };
    const play = Play.of([map('items', 4, { onFailure: 'continue' }), task('other')]);
    const event = { type: 'fail-node', ...play.roundOf('items'), failure } as const;
    expect(play.decide({ ...event, since: 2 }).refused).toBe('not-open');
    play.decide(event);
    expect(play.state('items')).toMatchObject({ state: 'ended', outcome: 'failed', error: failure, map: { total: 4 } });
    expect(play.run.status).toBe('Running');
    expect(play.decide(event).refused).toBe('not-open');
  });
});

describe('the window (R11)', () => {
  it('is set for all open maps, which get a dispatch, and for maps that open later', () => {
    const play = Play.of([map('items', 4), map('more', 4), task('save'), map('late', 2, { after: ['save'] })]);
    const { effects, history } = play.decide({ type: 'set-window', window: 99 });
    expect(effects).toMatchObject([{ node: 'items' }, { node: 'more' }]);
    expect(history).toMatchObject([{ type: 'WindowSet', detail: 99 }]);
    play.succeed('save');
    for (const node of ['items', 'more', 'late']) expect(play.state(node)).toHaveProperty('map.window', 99);
    play.finish('items', [
      [2, 0],
      [2, 0],
    ]);
    play.decide({ type: 'set-window', window: 5 });
    expect(play.state('items')).toHaveProperty('map.window', 99);
    expect(play.state('more')).toMatchObject({ map: { window: 5, widest: 99 } });
    const views = mapViewsOf(play.run).map(({ node, window, widest }) => [node, window, widest]);
    expect(views).toEqual([
      ['items', 99, 99],
      ['more', 5, 99],
      ['late', 5, 99],
    ]);
  });
});

describe('what a shard sees of its map', () => {
  it("is its plan with the run's status; after the map's end, that it has ended", () => {
    const play = Play.of([map('items', 4), map('more', 2), task('save')]);
    expect(mapViewsOf(play.run).map(({ node, status, total }) => [node, status, total])).toEqual([
      ['items', 'Running', 4],
      ['more', 'Running', 2],
    ]);
    expect(mapViewOf(play.run, { node: 'items', since: 1 })).toMatchObject({ shards: 2, window: 4, reopenEpoch: 0 });
    play.finish('more', [[2, 0]]);
    play.decide({ type: 'suspend', reason: null });
    expect(mapViewsOf(play.run).map(({ status }) => status)).toEqual(['Suspended', 'Completed']);
    play.decide({ type: 'terminate', reason: null });
    expect(mapViewsOf(play.run).map(({ status }) => status)).toEqual(['Terminated', 'Terminated']);
    expect(totalOf(play.run)).toBe(6);
  });

  it('is nothing for another round, a task or a missing node; a former round shows only its shards', () => {
    const { run } = Play.of([map('items', 4), task('save')]);
    for (const round of [
      { node: 'items', since: 2 },
      { node: 'save', since: 1 },
      { node: 'none', since: 1 },
    ])
      expect(mapViewOf(run, round)).toBeNull();
    expect(formerViewOf(run, { node: 'items', since: 9, shards: 5 })).toMatchObject({ since: 9, shards: 5, total: 0 });
  });

  it('exists before the run is Running, since the start writes the rows of a root map', () => {
    const play = Play.of([map('items', 4)]);
    const pending = new Play(chainOf([map('items', 4)]), { ...play.world, run: pendingRun({ nodes: play.run.nodes }) });
    expect(mapViewsOf(pending.run)).toMatchObject([{ status: 'Pending' }]);
    expect(pending.decide({ type: 'ready' }).effects).toEqual([]);
    expect(pending.state('items')).toEqual(play.state('items'));
  });
});
