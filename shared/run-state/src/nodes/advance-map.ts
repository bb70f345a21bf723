import { counted, type TallyFailure } from '@tally/contracts';
import type { ShardSummary } from '../ledger.ts';
import { mergeFailures } from '../tally.ts';
import { failureOverTolerance, hasTolerance } from '../tolerance.ts';
import { type MapRules, nodeOf } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import type { MapPlan, NodeRound } from './node-state.ts';
import { outputFailure } from './verdict.ts';

/**
 * Advances a map node whose shards are all counted to its end, by their summaries. It succeeds and says
 * what has failed. Where nothing succeeded it has failed, unless a tolerance is given: then that alone
 * decides.
 * @returns why not
 */
export function advanceMap(
  draft: Draft,
  { node, since }: NodeRound,
  summaries: readonly ShardSummary[],
): 'not-open' | 'not-all-counted' | null {
  const state = draft.state(node);
  const rules = nodeOf(draft.rules, node);
  if (state?.state !== 'open' || state.since !== since || rules?.kind !== 'map') return 'not-open';
  const { map } = state;
  if (map.counted.length < map.shards) return 'not-all-counted';
  const counts = countsOf(summaries);
  const over = failureOverTolerance(map, counts.failed);
  if (over === null) succeedBySum(draft, { node, since }, map, summaries, rules);
  else draft.fail(node, over, { counts });
  return null;
}

/** Folds the results. Where they have no sum the node has failed, or it would be tried forever (I6). */
function succeedBySum(
  draft: Draft,
  { node, since }: NodeRound,
  map: MapPlan,
  summaries: readonly ShardSummary[],
  { fold }: MapRules,
): void {
  const counts = countsOf(summaries);
  try {
    const sum = sumOf(summaries, fold);
    if (counts.succeeded === 0 && !hasTolerance(map)) {
      draft.fail(node, allFailed(sum), { counts });
      return;
    }
    const failures = sum.failures.map(({ code, count, example }) => ({ code, count, example: { ...example } }));
    draft.succeedWith(node, since, { total: map.total, ...counts, failures, fold: sum.fold }, { counts });
  } catch (error) {
    draft.fail(node, outputFailure(String(error)), { counts });
  }
}

function allFailed({ failed, failures }: ShardSummary): TallyFailure {
  const [first] = failures;
  const example = first === undefined ? '' : `; ${first.count} by ${first.code}: ${first.example.message}`;
  const all = failed === 1 ? 'the only item has failed' : `all ${counted(failed, 'item')} have failed`;
  return { code: 'AllItemsFailed', message: `${all}${example}` };
}

/** Items of all shards; this needs no fold. */
export function countsOf(summaries: readonly Pick<ShardSummary, 'succeeded' | 'failed'>[]) {
  return summaries.reduce(
    (sum, summary) => ({ succeeded: sum.succeeded + summary.succeeded, failed: sum.failed + summary.failed }),
    { succeeded: 0, failed: 0 },
  );
}

/** The summaries of all shards as one. */
function sumOf(summaries: readonly ShardSummary[], fold: MapRules['fold']): ShardSummary {
  const start: ShardSummary = { shard: 0, succeeded: 0, failed: 0, failures: [], fold: fold.empty };
  return summaries.reduce(
    (sum, summary) => ({
      shard: 0,
      succeeded: sum.succeeded + summary.succeeded,
      failed: sum.failed + summary.failed,
      failures: mergeFailures(sum.failures, summary.failures),
      fold: fold.merge(sum.fold, summary.fold),
    }),
    start,
  );
}
