import { counted, type TallyFailure } from '@tally/contracts';
import type { Marker } from '../ledger.ts';
import { mergeFailures } from '../tally.ts';
import { failureOverTolerance, hasTolerance } from '../tolerance.ts';
import { type MapRules, nodeOf } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import type { MapPlan, NodeRound } from './node-state.ts';
import { outputFailure } from './verdict.ts';

/**
 * Ends a map node whose shards are all counted, by their markers. It is a settled join: it succeeds and says
 * what has failed. Where nothing succeeded it has failed, unless a tolerance is given: then that alone
 * decides.
 * @returns why not
 */
export function settleMap(
  draft: Draft,
  { node, since }: NodeRound,
  markers: readonly Marker[],
): 'not-open' | 'not-all-counted' | null {
  const state = draft.state(node);
  const rules = nodeOf(draft.rules, node);
  if (state?.state !== 'open' || state.since !== since || rules?.kind !== 'map') return 'not-open';
  const { map } = state;
  if (map.counted.length < map.shards) return 'not-all-counted';
  const counts = countsOf(markers);
  const over = failureOverTolerance(map, counts.failed);
  if (over === null) settleBySum(draft, { node, since }, map, markers, rules);
  else draft.fail(node, over, { counts });
  return null;
}

/** Folds the results. Where they have no sum the node has failed, or it would be tried forever (I6). */
function settleBySum(
  draft: Draft,
  { node, since }: NodeRound,
  map: MapPlan,
  markers: readonly Marker[],
  { fold }: MapRules,
): void {
  const counts = countsOf(markers);
  try {
    const sum = sumMarkers(markers, fold);
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

function allFailed({ failed, failures }: Marker): TallyFailure {
  const [first] = failures;
  const example = first === undefined ? '' : `; ${first.count} by ${first.code}: ${first.example.message}`;
  const all = failed === 1 ? 'the only item has failed' : `all ${counted(failed, 'item')} have failed`;
  return { code: 'AllItemsFailed', message: `${all}${example}` };
}

/** Items of all shards; this needs no fold. */
export function countsOf(markers: readonly Pick<Marker, 'succeeded' | 'failed'>[]) {
  return markers.reduce(
    (sum, marker) => ({ succeeded: sum.succeeded + marker.succeeded, failed: sum.failed + marker.failed }),
    { succeeded: 0, failed: 0 },
  );
}

/** The markers of all shards as one. */
function sumMarkers(markers: readonly Marker[], fold: MapRules['fold']): Marker {
  const start: Marker = { shard: 0, succeeded: 0, failed: 0, failures: [], fold: fold.empty };
  return markers.reduce(
    (sum, marker) => ({
      shard: 0,
      succeeded: sum.succeeded + marker.succeeded,
      failed: sum.failed + marker.failed,
      failures: mergeFailures(sum.failures, marker.failures),
      fold: fold.merge(sum.fold, marker.fold),
    }),
    start,
  );
}
