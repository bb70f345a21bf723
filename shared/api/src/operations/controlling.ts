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
const unknown =
  'The chain of the run, in its version, is not known here: an app that knows it is to be deployed first.';
const wrong = 'The reason is too long.';

export const terminateRun = defineOperation({
  ...shared,
  id: 'terminateRun',
  path: '/runs/{id}/terminate',
  durable: { path: '/instances/{id}/terminate' },
  summary: 'End a run at once',
  description: 'Calls that are under way are broken off; what has no result counts as aborted.',
  answers: { 202: accepted, 400: problem(wrong), 404: problem(missing), 410: problem(gone) },
});

export const suspendRun = defineOperation({
  ...shared,
  id: 'suspendRun',
  path: '/runs/{id}/suspend',
  durable: { path: '/instances/{id}/suspend' },
  summary: 'Stop a run for a while',
  description: 'What is under way ends and is recorded; nothing new begins.',
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
  summary: 'Let a suspended run go on',
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
  summary: 'Send what has failed in an ended run through again',
  description:
    'Failed and stopped nodes go on, a map with its failed items; what stands behind them opens anew. Of a failed run, or of a completed one of which ' +
    'something has failed. Good results stay.',
  answers: {
    202: accepted,
    400: problem(wrong),
    404: problem(missing),
    409: problem(unknown),
    412: problem('The run has not failed, or has nothing to send again.'),
  },
});

export const raiseEvent = defineOperation({
  ...shared,
  id: 'raiseEvent',
  path: '/runs/{id}/raiseEvent/{eventName}',
  durable: { path: '/instances/{id}/raiseEvent/{eventName}' },
  summary: 'Send an event to a run',
  description:
    'The first event of a name stands. It may come before the run waits for it. What a wait of the run can not take is refused. Its reason is kept in the timeline; beside `approved` it is part of what the event says.',
  params: z.object({ id: runId, eventName }),
  query: query({
    approved: flag('In place of a body: the event says `{"approved": true}` or `false`.'),
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
  description: 'A wider one takes effect at once, a narrower one as soon as what is out has ended.',
  query: query({}),
  body: { schema: windowSchema, description: 'The window.', maxBytes: SMALL_BODY_MAX_BYTES },
  answers: {
    200: { description: 'Set.', schema: windowSchema },
    400: problem('The body is wrong.'),
    404: problem(missing),
    410: problem(gone),
    ...bodyAnswers,
  },
});
