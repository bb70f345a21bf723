import { isDurable, type operations } from '@tally/api';
import type { ChainDefinition } from '@tally/chain';
import { startRun } from '@tally/run-steps';
import { approvalEventOf, readApprovalEvent } from './approval.ts';
import type { Call } from './call.ts';
import { chainNames, defaultChain, newestChain } from './chains.ts';
import type { ApiResponse, Steps } from './context.ts';
import { invalidRequest, runExists } from './errors.ts';
import { readText } from './read-body.ts';
import { checkStatusResponse } from './run-uris.ts';
import { parseStart } from './start-body.ts';
import { newRunId, startTraced } from './starting.ts';
import { answerStarted, checkWaitForm } from './wait-for-end.ts';

type StartCall = Call<
  | typeof operations.startRun
  | typeof operations.startRunAs
  | typeof operations.startChainRun
  | typeof operations.startChainRunAs
>;

/**
 * `POST /api/runs[/{id}]`, `POST /api/chains/{chain}/runs[/{id}]`: starts a run. 409 where a run of that id lives, or with `onExisting=return` that run.
 */
export async function answerStart(steps: Steps, call: StartCall): Promise<ApiResponse> {
  const { operation, request, params, query, headers } = call;
  const chain = chainFor(steps, call);
  checkWaitForm(query);
  const text = await readText(request, operation.body);
  const asked = parseStart(text, chain, query, steps.now());
  const runId = 'id' in params ? params.id : newRunId();
  const started = await startTraced(steps, runId, headers.traceparent, (traceparent) =>
    startRun(steps, { chain, runId, ...asked, traceparent }),
  );
  const { run } = started;
  if (started.kind === 'started') {
    const input = chain.keptInput?.(asked.input) ?? asked.input;
    return await answerStarted(steps, request, run, query, approvalEventOf(chain, { ...run, input }));
  }
  if (query.onExisting === 'return') return checkStatusResponse(request, run, await readApprovalEvent(steps, run));
  throw runExists(run);
}

function chainFor(steps: Steps, { form, params }: StartCall): ChainDefinition {
  if (!('chain' in params)) return defaultChain(steps);
  const chain = newestChain(steps, params.chain);
  if (chain !== null) return chain;
  const there = `there is ${chainNames(steps)}`;
  // To Durable's clients in the words that they know.
  const message = isDurable(form)
    ? `The function '${params.chain}' doesn't exist, is disabled, or is not an orchestrator function; ${there}`
    : `must be the name of a chain: ${there}`;
  throw invalidRequest([{ field: 'chain', message }], 'InvalidPath');
}
