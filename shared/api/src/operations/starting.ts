import { z } from 'zod';
import { type Answer, bodyAnswers, defineOperation, problem, query } from '../operation.ts';
import { flag, runId, seconds } from '../parameters.ts';
import { checkStatusSchema, runOutputSchema, runStatusSchema } from '../run-bodies.ts';
import { START_MAX_BYTES, startBodySchema } from '../start-body.ts';

/** 202 and where to look: the answer to whatever starts a run. */
const started: Answer = {
  description: 'Started, or, in the wait form, not ended in time.',
  schema: checkStatusSchema,
  headers: {
    location: { description: 'Where the status is.', sent: 'always' },
    'retry-after': { description: 'Seconds after which to look.', sent: 'always' },
  },
};
const waited: Answer = {
  description: 'Wait form: completed, with the bare output; or terminated or failed, with the status.',
  schema: z.union([runOutputSchema, runStatusSchema]),
};
const failedWaiting: Answer = {
  description: 'Wait form with `returnInternalServerErrorOnFailure`: the run has failed; or an internal error.',
  schema: runStatusSchema,
};

const waitForm = {
  timeout: seconds('With `pollingInterval`: wait for the end, this many seconds at most, at most 230.'),
  pollingInterval: seconds('Seconds between two looks; no more than `timeout`.'),
  returnInternalServerErrorOnFailure: flag('Wait form: answer 500 if the run has failed.'),
};

const startParts = {
  method: 'POST',
  tag: 'runs',
  access: 'control',
  query: query({
    ...waitForm,
    onExisting: z
      .enum(['return'])
      .optional()
      .describe('`return`: where a run of the id lives, answer 202 with its URIs.'),
  }),
  headers: z.object({ traceparent: z.string().optional().describe('W3C trace context: the run goes on with it.') }),
  body: { schema: startBodySchema, description: 'The images.', maxBytes: START_MAX_BYTES },
  answers: {
    200: waited,
    202: started,
    400: problem('Something in the request is wrong; the problem names the field and the limit.'),
    409: problem('A run of this id lives.'),
    ...bodyAnswers,
    500: failedWaiting,
  },
} as const;

export const startRun = defineOperation({
  ...startParts,
  id: 'startRun',
  path: '/runs',
  durable: { path: '/orchestrators/{name}' },
  summary: 'Start a run with a new id',
  params: z.object({}),
});

export const startRunAs = defineOperation({
  ...startParts,
  id: 'startRunAs',
  path: '/runs/{id}',
  durable: { path: '/orchestrators/{name}/{id}' },
  summary: 'Start a run with an id of your own',
  description: 'A run of the same id that has ended is replaced.',
  params: z.object({ id: runId }),
});

export const restartRun = defineOperation({
  id: 'restartRun',
  method: 'POST',
  path: '/runs/{id}/restart',
  durable: { path: '/instances/{id}/restart' },
  tag: 'runs',
  access: 'control',
  summary: 'Start a run of the same items',
  params: z.object({ id: runId }),
  query: query({
    restartWithNewInstanceId: flag('Default true. With `false` the ended run is replaced.'),
    ...waitForm,
  }),
  headers: startParts.headers,
  body: null,
  answers: {
    200: waited,
    202: started,
    400: problem('There is no such run.'),
    409: problem('The run lives; with its own id it can only start when it has ended.'),
    500: failedWaiting,
  },
});
