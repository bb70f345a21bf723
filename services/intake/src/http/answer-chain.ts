import type { ChainBody } from '@tally/api';
import { readTopology } from '@tally/run-steps';
import { type ApiResponse, json, type Steps } from './context.ts';

/** `GET /api/chain`: the stages with their queues and workers as they are now. */
export async function answerChain(steps: Steps): Promise<ApiResponse> {
  const { stages } = await readTopology(steps);
  const { name, version } = steps.chain;
  return json(200, { name, version, stages: [...stages] } satisfies ChainBody);
}
