import { setTimeout as sleep } from 'node:timers/promises';
import { misfitsOf, type operations, parseGiven } from '@tally/api';
import { isTerminal } from '@tally/contracts';
import { ProblemError } from '@tally/functions-kit';
import { type Control, controlRun, type RunChange, type StepContext } from '@tally/run-steps';
import { parseJson, readText } from '../body/read-body.ts';
import type { Call } from '../call.ts';
import { invalidRequest, runEnded, runNotFound, runStarting } from '../errors.ts';
import { type ApiResponse, json } from '../exchange.ts';
import { START_PATIENCE_MS, START_PAUSE_MS } from '../starting/traced-start.ts';

type Verb = 'suspend' | 'resume' | 'terminate' | 'rewind';
type ControlCall = Call<
  | typeof operations.suspendRun
  | typeof operations.resumeRun
  | typeof operations.terminateRun
  | typeof operations.rewindRun
>;

/**
 * `POST /api/runs/{id}/{verb}`: 202 with an empty body. Otherwise the answer is Durable's, by the table of
 * verbs and statuses.
 */
export async function answerControl(
  steps: StepContext,
  { params, query }: ControlCall,
  verb: Verb,
): Promise<ApiResponse> {
  const { reason = null } = query;
  const change = await control(steps, params.id, { verb, reason });
  if (change.refused !== undefined) throw refusal(change, verb);
  return { status: 202 };
}

/** What only a started run can take. */
const AFTER_START: readonly Control['verb'][] = ['suspend', 'set-window'];

/** Does what the caller asks. What only a started run can take waits while the run is being started. */
async function control(steps: StepContext, id: string, asked: Control): Promise<RunChange> {
  const until = performance.now() + START_PATIENCE_MS;
  for (;;) {
    const change = await controlRun(steps, id, asked);
    if (change === null) throw runNotFound(id);
    const isEarly = change.refused !== undefined && change.run.status === 'Pending' && AFTER_START.includes(asked.verb);
    if (!isEarly || performance.now() > until) return change;
    await sleep(START_PAUSE_MS);
  }
}

function refusal({ run, refused }: RunChange, verb: Verb): ProblemError {
  const { runId, status } = run;
  const problem = (code: number, title: string, name: string, detail: string) =>
    new ProblemError(code, { title, code: name, detail });
  if (verb === 'rewind') {
    const why = refused === 'nothing-to-rewind' ? 'no part of it has failed' : 'has neither failed nor completed';
    const detail = `The run "${runId}" is ${status} and ${why}; there is nothing to rewind.`;
    return problem(412, 'Nothing to rewind', 'NothingToRewind', detail);
  }
  if (refused === 'already-ended') return runEnded(run);
  if (status === 'Pending' && verb === 'suspend') return runStarting(run);
  // Durable answers with 500 here, although only the moment is wrong.
  const code = verb === 'suspend' ? 'AlreadySuspended' : 'NotSuspended';
  return problem(
    500,
    'Wrong status',
    code,
    `The run "${runId}" is ${status}; it can't be ${verb}${verb.endsWith('e') ? 'd' : 'ed'}.`,
  );
}

/** `PATCH /api/runs/{id}`: sets the window. */
export async function answerUpdate(
  steps: StepContext,
  { operation, request, params }: Call<typeof operations.updateRun>,
): Promise<ApiResponse> {
  const { schema } = operation.body;
  const text = await readText(request, operation.body);
  const parsed = parseGiven(schema, parseJson(text));
  if (!parsed.success) throw invalidRequest(misfitsOf('', parsed));
  const { window } = parsed.data;
  const { run, refused } = await control(steps, params.id, { verb: 'set-window', window });
  if (refused !== undefined) throw isTerminal(run.status) ? runEnded(run) : runStarting(run);
  return json(200, { window: run.options.window ?? window });
}
