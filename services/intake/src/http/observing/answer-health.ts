import { ProblemError } from '@tally/functions-kit';
import { checkStorage, type StepContext } from '@tally/run-steps';
import { defaultChain } from '../chains.ts';
import { type ApiResponse, json } from '../exchange.ts';

/** `GET` and `HEAD /api/health`: whether this app can reach every table and every queue. */
export async function answerHealth(steps: StepContext): Promise<ApiResponse> {
  const unreachable = await checkStorage(steps);
  const { name: chain, version } = defaultChain(steps);
  if (unreachable.length === 0) return json(200, { status: 'ok', chain, version });
  for (const { part, error } of unreachable) steps.log.warn('storage cannot be reached', { part, error });
  const detail = `These can't be reached: ${unreachable.map(({ part }) => part).join(', ')}. The log says why.`;
  throw new ProblemError(503, { title: 'Storage unreachable', code: 'StorageUnreachable', detail });
}
