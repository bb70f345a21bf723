import { type ChainBody, type ChainsBody, describeChains } from '@tally/api';
import { shapeOf } from '@tally/chains';
import { readTopology, type StepContext } from '@tally/run-steps';
import { defaultChain } from '../chains.ts';
import { type ApiResponse, json } from '../exchange.ts';

/** `GET /api/chain`: the stages of all chains, with the current state of their queues and workers. */
export async function answerChain(steps: StepContext): Promise<ApiResponse> {
  const { stages } = await readTopology(steps);
  const { name, version } = defaultChain(steps);
  return json(200, { name, version, stages: [...stages] } satisfies ChainBody);
}

/** `GET /api/chains`: the chains with their versions and graphs. */
export async function answerChains({ registry }: StepContext): Promise<ApiResponse> {
  return json(200, { chains: describeChains(registry.chains, shapeOf) } satisfies ChainsBody);
}
