import * as z from 'zod';
import { bodyAnswers, defineOperation, noHeaders, problem, query } from '../operation.ts';
import { eventName, flag, reason, runId } from '../parameters.ts';
import { windowSchema } from '../run-bodies.ts';

/** Maximum size of an event: even if all of it is escaped, it fits a row twice. */
const EVENT_MAX_BYTES = 64 * 1024;
/** Maximum size of a small body. */
const SMALL_BODY_MAX_BYTES = 64 * 1024;

const accepted = { description: 'Accepted.' };
const shared = {
  method: 'POST',
  tag: 'runs',
  access: 'control',
  params: z.object({ id: runId }),
  query: query({ reason }),
  headers: noHeaders,
  body: null,
} as const;

const gone = 'The run has ended.';
const missing = 'There is no such run.';
const unknown = "This app does not know the run's chain in its version: deploy an app that knows it first.";
const wrong = 'The reason is too long.';

export const terminateRun = defineOperation({
  ...shared,
  id: 'terminateRun',
  path: '/runs/{id}/terminate',
  durable: { path: '/instances/{id}/terminate' },
  summary: 'End a run at once',
  description: 'Calls in flight are aborted; items without a result count as aborted.',
  answers: { 202: accepted, 400: problem(wrong), 404: problem(missing), 410: problem(gone) },
});

export const suspendRun = defineOperation({
  ...shared,
  id: 'suspendRun',
  path: '/runs/{id}/suspend',
  durable: { path: '/instances/{id}/suspend' },
  summary: 'Suspend a run',
  description: 'Running work ends and is recorded; no new work begins.',
  answers: {
    202: accepted,
    400: problem(wrong),
    404: problem(missing),
    410: problem(gone),
    500: problem('The run is suspended already.'),
    503: problem('The run is still being started.'),
  },
});

export const resumeRun = defineOperation({
  ...shared,
  id: 'resumeRun',
  path: '/runs/{id}/resume',
  durable: { path: '/instances/{id}/resume' },
  summary: 'Resume a suspended run',
  answers: {
    202: accepted,
    400: problem(wrong),
    404: problem(missing),
    409: problem(unknown),
    410: problem(gone),
    500: problem('The run is not suspended.'),
  },
});

export const rewindRun = defineOperation({
  ...shared,
  id: 'rewindRun',
  path: '/runs/{id}/rewind',
  durable: { path: '/instances/{id}/rewind', textFor: [404, 412] },
  summary: 'Try the failed parts of an ended run again',
  description:
    'Failed and stopped nodes continue, a map with its failed items; the nodes behind them open again. For a failed run, or a completed run in which ' +
    'something has failed. Good results are kept.',
  answers: {
    202: accepted,
    400: problem(wrong),
    404: problem(missing),
    409: problem(unknown),
    412: problem('The run has not failed, or has nothing to try again.'),
  },
});

export const raiseEvent = defineOperation({
  ...shared,
  id: 'raiseEvent',
  path: '/runs/{id}/raiseEvent/{eventName}',
  durable: { path: '/instances/{id}/raiseEvent/{eventName}' },
  summary: 'Send an event to a run',
  description:
    'The first event of a name counts. It may come before the run waits for it. A payload that a wait of the run does not accept is refused. Its reason is kept in the timeline; beside `approved` it is part of the payload.',
  params: z.object({ id: runId, eventName }),
  query: query({
    approved: flag('Instead of a body: the payload is `{"approved": true}` or `false`.'),
    reason,
  }),
  body: { schema: z.unknown(), description: "The event's value: any JSON.", maxBytes: EVENT_MAX_BYTES },
  answers: {
    202: accepted,
    400: problem('The body is not JSON of media type application/json, or not what the run waits for.'),
    404: problem(missing),
    409: problem(unknown),
    410: problem(gone),
    ...bodyAnswers,
  },
});

export const updateRun = defineOperation({
  ...shared,
  id: 'updateRun',
  method: 'PATCH',
  path: '/runs/{id}',
  summary: "Set a run's window",
  description: 'A wider window applies at once, a narrower one as running work ends.',
  query: query({}),
  body: { schema: windowSchema, description: 'The window.', maxBytes: SMALL_BODY_MAX_BYTES },
  answers: {
    200: { description: 'Set.', schema: windowSchema },
    400: problem('The body is wrong.'),
    404: problem(missing),
    410: problem(gone),
    ...bodyAnswers,
    503: problem('The run is still being started.'),
  },
});
