import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { StepContext } from '@tally/run-steps';
import { invalidRequest } from '../errors.ts';
import { type ApiRequest, type ApiResponse, json } from '../exchange.ts';
import { readStatus, statusResponse } from '../reading/answer-status.ts';
import { checkStatusResponse } from './run-uris.ts';

/** In the cloud, the platform in front of an app cuts off a request after 230 seconds. */
const WAIT_MAX_MS = 230_000;
/** The shortest pause between two reads: shorter ones only cost more. */
const PAUSE_MIN_MS = 100;

export interface WaitForm {
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Seconds. */
  readonly pollingInterval?: number | undefined;
  readonly returnInternalServerErrorOnFailure?: boolean | undefined;
}

/** Checked before a run is started: @throws ProblemError 400 when the form makes no sense */
export function checkWaitForm({ timeout, pollingInterval }: WaitForm): void {
  if (timeout === undefined || pollingInterval === undefined || pollingInterval <= timeout) return;
  const message = `Total timeout ${timeout} should be bigger than retry timeout ${pollingInterval}`;
  throw invalidRequest([{ field: 'pollingInterval', message, limit: timeout }]);
}

/**
 * With both parameters it waits for the run's end and answers with its output. With one of them, or after the
 * time-out, the answer is 202 and where to look.
 * @param approvalEvent the event that approves or rejects the run; null: it asks for no approval
 */
export async function answerStarted(
  steps: StepContext,
  request: ApiRequest,
  run: Run,
  form: WaitForm,
  approvalEvent: string | null,
): Promise<ApiResponse> {
  const { timeout, pollingInterval, returnInternalServerErrorOnFailure = false } = form;
  if (timeout === undefined || pollingInterval === undefined)
    return checkStatusResponse(request, run, approvalEvent, returnInternalServerErrorOnFailure);
  const until = performance.now() + Math.min(timeout * 1000, WAIT_MAX_MS);
  const pauseMs = Math.max(pollingInterval * 1000, PAUSE_MIN_MS);
  for (;;) {
    const now = (await steps.store.readRun(run.runId))?.value;
    if (now?.status === 'Completed') return json(200, now.output);
    if (now !== undefined && isTerminal(now.status))
      return statusResponse(request.url, now, await readStatus(steps, now, {}), returnInternalServerErrorOnFailure);
    const left = until - performance.now();
    if (left <= 0) return checkStatusResponse(request, run, approvalEvent, returnInternalServerErrorOnFailure);
    await sleep(Math.min(pauseMs, left));
  }
}
