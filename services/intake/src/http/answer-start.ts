import { randomBytes, randomUUID } from 'node:crypto';
import { type Json, runIdSchema, traceparentSchema } from '@tally/contracts';
import { ProblemError } from '@tally/functions-kit';
import { startRun } from '@tally/run-steps';
import type { ApiRequest, ApiResponse, Steps } from './context.ts';
import { checkStatusResponse } from './run-uris.ts';
import { parseStart, readBody } from './start-body.ts';

/** A start's body up to this many characters is kept whole in the run's row, for the status to show; a property holds 32 Ki. */
const INPUT_MAX_CHARS = 16 * 1024;

/** `POST /api/runs[/{id}]`: starts a run. 409 where a run of that id lives. */
export async function answerStart(steps: Steps, request: ApiRequest): Promise<ApiResponse> {
  const runId = parseId(request.params['id']);
  const text = await readBody(request);
  const { urls, options, window } = parseStart(text, steps.chain.maxItems);
  const started = await startRun(steps, {
    runId,
    items: urls,
    options,
    window,
    input: inputOf(text, urls.length),
    traceparent: traceparentOf(request),
  });
  if (started.kind === 'exists') {
    const detail = `A run with the id "${runId}" is ${started.run.status}; wait for its end, terminate it, or use another id.`;
    throw new ProblemError(409, { title: 'Run exists', code: 'RunExists', detail });
  }
  return checkStatusResponse(request, runId);
}

/** The caller's id, or a new one as Durable makes them: 32 hexadecimal digits. */
function parseId(given: string | undefined): string {
  if (given === undefined || given === '') return randomUUID().replaceAll('-', '');
  const parsed = runIdSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? 'is wrong';
  throw new ProblemError(400, {
    title: 'Invalid request',
    code: 'InvalidId',
    detail: `id: ${message}`,
    errors: [{ field: 'id', message }],
  });
}

function inputOf(text: string, urls: number): Json {
  if (text.length <= INPUT_MAX_CHARS) return JSON.parse(text) as Json;
  return { urls: { count: urls }, truncated: true };
}

/** The caller's trace, or a new one: whatever the run does belongs to it. */
function traceparentOf(request: ApiRequest): string {
  const given = traceparentSchema.safeParse(request.headers.get('traceparent'));
  if (given.success) return given.data;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
