import { describe, expect, it } from 'vitest';
import { chance, NOW, runningRun, suspendedRun } from '../test/states.ts';
import { countShard } from './count-shard.ts';

const marker = { shard: 1, succeeded: 5, failed: 1, failures: [], fold: { count: 5, sum: 9, max: 4 } };
const count = (run: Parameters<typeof countShard>[0], ledgerEpoch = 1) =>
  countShard(run, { type: 'count', marker, ledgerEpoch, chance }, NOW);

describe('countShard (I1)', () => {
  it('writes marker, run row and a line of the timeline together', () => {
    const decision = count(runningRun({ shards: 4, counted: [0, 3], window: 12 }));
    expect(decision).toMatchObject({ marker, run: { counted: [0, 1, 3], updatedAt: NOW } });
    expect(decision.history).toEqual([
      { at: NOW, type: 'ShardCounted', detail: { shard: 1, succeeded: 5, failed: 1 } },
    ]);
    expect(decision.effects).toEqual([]);
  });

  it('wakes the shards that get a share by that', () => {
    const { effects } = count(runningRun({ shards: 4, counted: [], window: 6 }));
    expect(effects).toEqual([{ type: 'send-dispatch', epoch: 1, tok: 'fresh.1', shards: [2] }]);
  });

  it('settles the run with its last shard, and again when that comes twice', () => {
    expect(count(runningRun({ shards: 2, counted: [0] })).effects).toEqual([{ type: 'settle' }]);
    const twice = count(runningRun({ shards: 2, counted: [0, 1] }));
    expect(twice).toMatchObject({ refused: 'already-counted', effects: [{ type: 'settle' }], history: [] });
  });

  it('counts nothing twice', () => {
    const run = runningRun({ shards: 3, counted: [1] });
    expect(count(run)).toEqual({ run, history: [], effects: [], refused: 'already-counted' });
  });

  it('counts only a ledger of the very epoch: a rewind has deleted the markers, and a late message puts none back', () => {
    const run = runningRun({ shards: 3, epoch: 2 });
    expect(count(run, 1)).toEqual({ run, history: [], effects: [], refused: 'old-epoch' });
  });

  it('counts nothing while the run is suspended', () => {
    expect(count(suspendedRun({ shards: 3 })).refused).toBe('not-running');
  });
});
