import type { ActivityBody, operations } from '@tally/api';
import { readActivity, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { etagOf, knows } from '../etags.ts';
import { type ApiResponse, json } from '../exchange.ts';

/** `GET /api/activity`: the current activity by node, hop and queue, and the runs that are stuck. */
export async function answerActivity(
  steps: StepContext,
  { headers }: Call<typeof operations.getActivity>,
): Promise<ApiResponse> {
  const { nodes, hops, stages, stuck, ...rest } = await readActivity(steps);
  const body: ActivityBody = {
    ...rest,
    nodes: [...nodes],
    hops: [...hops],
    stages: stages.map(({ oldestVisibleAt, ...stage }) => ({
      ...stage,
      oldestVisibleTime: oldestVisibleAt === null ? null : new Date(oldestVisibleAt).toISOString(),
    })),
    stuck: stuck.map(({ since, ...run }) => ({ ...run, since: new Date(since).toISOString() })),
  };
  const etag = etagOf({ ...body, nodes: nodes.map((node) => ({ ...node, rate: null })) });
  return knows(headers['if-none-match'], etag) ? { status: 304, headers: { etag } } : json(200, body, { etag });
}
