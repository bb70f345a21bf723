import { counted, type Json } from '@tally/contracts';
import type { Marker } from '../ledger.ts';
import { mergeFailures } from '../tally.ts';
import { failureOverTolerance, hasTolerance } from '../tolerance.ts';
import { type MapRules, nodeOf } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import type { MapPlan, NodeEnded, NodeRound } from './node-state.ts';
import { outputFailure } from './verdict.ts';

/**
 * Ends a map node all of whose shards are counted, by their markers. A settled join: it succeeds and says what has failed. Where nothing succeeded it has
 * failed, unless somebody has said how many failed items it bears: then that alone decides.
 * @returns why not
 */
export function settleMap(
  draft: Draft,
  { node, since }: NodeRound,
  markers: readonly Marker<Json>[],
): 'not-open' | 'not-all-counted' | null {
  const state = draft.state(node);
  const rules = nodeOf(draft.rules, node);
  if (state?.state !== 'open' || state.since !== since || rules?.kind !== 'map') return 'not-open';
  const { map } = state;
  if (map.counted.length < map.shards) return 'not-all-counted';
  const { ending, output } = outcomeOf(map, markers, rules);
  if (output === undefined) draft.end(node, ending);
  else if (draft.takesUp(output)) {
    draft.insertOutput(node, since, output);
    draft.end(node, ending);
  } else draft.end(node, { ...ending, outcome: 'failed', error: outputFailure('the fold is more than a row holds') });
  return null;
}

interface Settled {
  readonly ending: Pick<NodeEnded, 'outcome' | 'error' | 'counts'>;
  readonly output?: Json;
}

/** What becomes of the results, or that no sum can be made of them: it would be tried for ever (I6). */
function outcomeOf(map: MapPlan, markers: readonly Marker<Json>[], { fold }: MapRules): Settled {
  const { succeeded, failed } = countsOf(markers);
  const counts = { succeeded, failed };
  const over = failureOverTolerance(map, failed);
  if (over !== null) return { ending: { outcome: 'failed', error: over, counts } };
  try {
    const sum = sumMarkers(markers, fold);
    if (succeeded === 0 && map.total > 0 && !hasTolerance(map))
      return { ending: { outcome: 'failed', error: allFailed(sum), counts } };
    const failures = sum.failures.map(({ code, count, example }) => ({ code, count, example: { ...example } }));
    return {
      ending: { outcome: 'succeeded', counts },
      output: { total: map.total, succeeded, failed, failures, fold: sum.fold },
    };
  } catch (error) {
    return { ending: { outcome: 'failed', error: outputFailure(String(error)), counts } };
  }
}

function allFailed({ failed, failures }: Marker<Json>) {
  const [first] = failures;
  const example = first === undefined ? '' : `; ${first.count} by ${first.code}: ${first.example.message}`;
  const all = failed === 1 ? 'the only item has failed' : `all ${counted(failed, 'item')} have failed`;
  return { code: 'AllItemsFailed', message: `${all}${example}` };
}

/** Items of all shards; no fold is needed for it. */
export function countsOf(markers: readonly Pick<Marker<unknown>, 'succeeded' | 'failed'>[]) {
  return markers.reduce(
    (sum, marker) => ({ succeeded: sum.succeeded + marker.succeeded, failed: sum.failed + marker.failed }),
    { succeeded: 0, failed: 0 },
  );
}

/** The markers of all shards as one. */
export function sumMarkers(markers: readonly Marker<Json>[], fold: MapRules['fold']): Marker<Json> {
  const start: Marker<Json> = { shard: 0, succeeded: 0, failed: 0, failures: [], fold: fold.empty };
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
