import { failureOverDeadline } from './deadline.ts';
import { type Effect, tokenSource } from './effects.ts';
import { failRun } from './finish.ts';
import type { Run } from './run.ts';
import type { RunDecision, RunEvent } from './run-events.ts';
import { shareOf } from './share.ts';

/**
 * Counts a finished shard once (I1): marker and run row are one transaction. Only a ledger of the run's own epoch counts: a rewind has deleted
 * the markers, and a late message must not put one back before the shard is opened again.
 */
export function countShard<Folded>(
  run: Run,
  event: Extract<RunEvent<Folded>, { type: 'count' }>,
  at: number,
): RunDecision<Folded> {
  const { marker, ledgerEpoch } = event;
  const unchanged = { run, history: [], effects: [] };
  if (run.status !== 'Running') return { ...unchanged, refused: 'not-running' };
  const failure = failureOverDeadline(run, at);
  if (failure !== null) return failRun(run, failure, at);
  if (ledgerEpoch !== run.epoch) return { ...unchanged, refused: 'old-epoch' };
  if (run.counted.includes(marker.shard)) {
    const effects: Effect[] = run.counted.length === run.shards ? [{ type: 'settle' }] : [];
    return { ...unchanged, effects, refused: 'already-counted' };
  }
  const counted = [...run.counted, marker.shard].sort((a, b) => a - b);
  const next = { ...run, counted, updatedAt: at };
  const history = [
    {
      at,
      type: 'ShardCounted',
      detail: { shard: marker.shard, succeeded: marker.succeeded, failed: marker.failed },
    },
  ];
  if (counted.length === run.shards) return { run: next, marker, history, effects: [{ type: 'settle' }] };
  const woken = wokenShards(run, next);
  const tok = tokenSource(event.chance)();
  const effects: Effect[] = woken.length === 0 ? [] : [{ type: 'send-dispatch', epoch: run.epoch, tok, shards: woken }];
  return { run: next, marker, history, effects };
}

/** The shards that have a share only now: nothing of theirs is out, so nobody else would visit them. */
function wokenShards(before: Run, after: Run): number[] {
  const shards = Array.from({ length: after.shards }, (_, shard) => shard);
  return shards.filter((shard) => shareOf(before, shard) === 0 && shareOf(after, shard) > 0);
}
