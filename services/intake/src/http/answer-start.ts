import type { operations } from '@tally/api';
import { fetchedUrl } from '@tally/chain';
import type { Json } from '@tally/contracts';
import { startRun } from '@tally/run-steps';
import { z } from 'zod';
import type { Call } from './call.ts';
import type { ApiResponse, Steps } from './context.ts';
import { runExists } from './errors.ts';
import { readText } from './read-body.ts';
import { checkStatusResponse } from './run-uris.ts';
import { parseStart } from './start-body.ts';
import { newRunId, startTraced } from './starting.ts';
import { answerStarted, checkWaitForm } from './wait-for-end.ts';

/** A start's body up to this many characters is kept whole in the run's row, for the status to show; a property holds 32 Ki. */
const INPUT_MAX_CHARS = 16 * 1024;

/** `POST /api/runs[/{id}]`: starts a run. 409 where a run of that id lives, or with `onExisting=return` that run. */
export async function answerStart(
  steps: Steps,
  { operation, request, params, query, headers }: Call<typeof operations.startRun | typeof operations.startRunAs>,
): Promise<ApiResponse> {
  checkWaitForm(query);
  const text = await readText(request, operation.body);
  const { urls, options, window, body } = parseStart(text, steps.chain.maxItems, steps.now());
  const runId = 'id' in params ? params.id : newRunId();
  const asked = {
    runId,
    items: urls.map(fetchedUrl),
    options,
    window,
    input: inputOf(body, text.length, urls.length),
  };
  const started = await startTraced(steps, runId, headers.traceparent, (traceparent) =>
    startRun(steps, { ...asked, traceparent }),
  );
  if (started.kind === 'started') return await answerStarted(steps, request, started.run, query);
  if (query.onExisting === 'return') return checkStatusResponse(request, started.run);
  throw runExists(started.run);
}

function inputOf(body: unknown, chars: number, urls: number): Json {
  return chars <= INPUT_MAX_CHARS ? z.json().parse(body) : { urls: { count: urls }, truncated: true };
}
