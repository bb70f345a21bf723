import type { ActivityBody } from '@tally/api';
import { readActivity } from '@tally/run-steps';
import { type ApiResponse, json, type Steps } from './context.ts';

/** `GET /api/activity`: what the unfinished runs are at, and which of them do not get on. */
export async function answerActivity(steps: Steps): Promise<ApiResponse> {
  const { runs, isWhole, nodes, stuck } = await readActivity(steps);
  const told = stuck.map(({ since, ...run }) => ({ ...run, since: new Date(since).toISOString() }));
  return json(200, { runs, isWhole, nodes: [...nodes], stuck: told } satisfies ActivityBody);
}
