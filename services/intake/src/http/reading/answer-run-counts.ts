import type { operations, RunCounts } from '@tally/api';
import { countRuns, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { type ApiResponse, json } from '../exchange.ts';

const BUCKETS_DEFAULT = 100;

/** `GET /api/run-counts`: how many runs were created over time. */
export async function answerRunCounts(
  steps: StepContext,
  { query }: Call<typeof operations.countRuns>,
): Promise<ApiResponse> {
  const createdTo = query.createdTimeTo === undefined ? steps.now() : Date.parse(query.createdTimeTo);
  const createdFrom = query.createdTimeFrom === undefined ? undefined : Date.parse(query.createdTimeFrom);
  const { from, bucketMs, counts, countedFrom } = await countRuns(steps, {
    createdFrom,
    createdTo,
    buckets: query.buckets ?? BUCKETS_DEFAULT,
  });
  const iso = (at: number) => new Date(at).toISOString();
  return json(200, {
    from: iso(from),
    bucketMs,
    counts: [...counts],
    countedFrom: iso(countedFrom),
  } satisfies RunCounts);
}
