import { isDurable, type operations } from '@tally/api';
import type { ChainDefinition } from '@tally/chain';
import { type StepContext, startRun } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { chainNames, defaultChain, newestChain } from '../chains.ts';
import { invalidRequest, runExists } from '../errors.ts';
import type { ApiResponse } from '../exchange.ts';
import { approvalEventOf, readApprovalEvent } from './approval.ts';
import { LargeStarts } from './large-starts.ts';
import { checkStatusResponse } from './run-uris.ts';
import { parseStart } from './start-body.ts';
import { newRunId, startTraced } from './traced-start.ts';
import { answerStarted, checkWaitForm } from './wait-for-end.ts';

/** The largest take about 300 MB each, of the 2 GB that an instance has by default, shared with the host. */
const largeStarts = new LargeStarts(2);

type StartCall = Call<
  | typeof operations.startRun
  | typeof operations.startRunAs
  | typeof operations.startChainRun
  | typeof operations.startChainRunAs
>;

/**
 * `POST /api/runs[/{id}]`, `POST /api/chains/{chain}/runs[/{id}]`: starts a run. If a run of that id lives,
 * the answer is 409, or with `onExisting=return` that run.
 */
export async function answerStart(steps: StepContext, call: StartCall): Promise<ApiResponse> {
  const { operation, request, params, query, headers } = call;
  const chain = chainFor(steps, call);
  checkWaitForm(query);
  const runId = 'id' in params ? params.id : newRunId();
  // Only what the run keeps of the body stays in memory: the wait for its end may be long.
  const { started, input } = await largeStarts.admit(request, operation.body, async (text) => {
    const asked = parseStart(text, chain, query, steps.now());
    const started = await startTraced(steps, runId, headers.traceparent, (traceparent) =>
      startRun(steps, { chain, runId, ...asked, traceparent }),
    );
    return { started, input: chain.keptInput?.(asked.input) ?? asked.input };
  });
  const { run } = started;
  if (started.kind === 'started') {
    return await answerStarted(steps, request, run, query, approvalEventOf(chain, { ...run, input }));
  }
  if (query.onExisting === 'return') return checkStatusResponse(request, run, await readApprovalEvent(steps, run));
  throw runExists(run);
}

function chainFor(steps: StepContext, { form, params }: StartCall): ChainDefinition {
  if (!('chain' in params)) return defaultChain(steps);
  const chain = newestChain(steps, params.chain);
  if (chain !== null) return chain;
  const there = `there is ${chainNames(steps)}`;
  // Durable's clients get the words that they know.
  const message = isDurable(form)
    ? `The function '${params.chain}' doesn't exist, is disabled, or is not an orchestrator function; ${there}`
    : `must be the name of a chain: ${there}`;
  throw invalidRequest([{ field: 'chain', message }], 'InvalidPath');
}
