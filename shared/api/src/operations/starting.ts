import * as z from 'zod';
import { type Answer, bodyAnswers, defineOperation, problem, query } from '../operation.ts';
import { alwaysChecked, chainName, flag, runId, seconds } from '../parameters.ts';
import { checkStatusSchema, runStatusSchema } from '../run-bodies.ts';
import { queryOptions } from '../run-options.ts';
import { START_MAX_BYTES, startInput } from '../start-body.ts';

/** 202 and where to look: the answer of every operation that starts a run. */
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
  schema: z.unknown(),
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

const onExisting = z
  .enum(['return'])
  .optional()
  .describe('`return`: if a run of the id is live, answer 202 with its URIs.');
alwaysChecked.add(onExisting, { reason: 'without it the answer would be 409' });

const startParts = {
  method: 'POST',
  tag: 'runs',
  access: 'control',
  query: query({
    ...waitForm,
    ...queryOptions,
    onExisting,
  }),
  headers: z.object({ traceparent: z.string().optional().describe('W3C trace context: the run continues it.') }),
  body: { schema: startInput, description: "The chain's input.", maxBytes: START_MAX_BYTES },
  answers: {
    200: waited,
    202: started,
    400: problem('Something in the request is wrong; the problem names the field and the limit.'),
    409: problem('A run of this id is live.'),
    ...bodyAnswers,
    429: {
      ...problem('Too many large starts at once. A start with a body below a mebibyte is never refused for this.'),
      headers: { 'retry-after': { description: 'Seconds until a retry.', sent: 'always' } },
    },
    500: failedWaiting,
  },
} as const;

const newest = 'In the newest version of the chain, which the run keeps to its end.';
const replaces = 'A run of the same id that has ended is replaced.';

export const startRun = defineOperation({
  ...startParts,
  id: 'startRun',
  path: '/runs',
  summary: 'Start a run of the default chain, with a new id',
  description: newest,
  params: z.object({}),
});

export const startRunAs = defineOperation({
  ...startParts,
  id: 'startRunAs',
  path: '/runs/{id}',
  summary: 'Start a run of the default chain, with an id of your own',
  description: `${newest} ${replaces}`,
  params: z.object({ id: runId }),
});

export const startChainRun = defineOperation({
  ...startParts,
  id: 'startChainRun',
  path: '/chains/{chain}/runs',
  durable: { path: '/orchestrators/{chain}' },
  summary: 'Start a run of a chain, with a new id',
  description: newest,
  params: z.object({ chain: chainName }),
});

export const startChainRunAs = defineOperation({
  ...startParts,
  id: 'startChainRunAs',
  path: '/chains/{chain}/runs/{id}',
  durable: { path: '/orchestrators/{chain}/{id}' },
  summary: 'Start a run of a chain, with an id of your own',
  description: `${newest} ${replaces}`,
  params: z.object({ chain: chainName, id: runId }),
});

export const restartRun = defineOperation({
  id: 'restartRun',
  method: 'POST',
  path: '/runs/{id}/restart',
  durable: { path: '/instances/{id}/restart' },
  tag: 'runs',
  access: 'control',
  summary: 'Start a run with the same input',
  params: z.object({ id: runId }),
  query: query({
    restartWithNewInstanceId: flag(
      'Default true. With `false` the ended run is replaced, and its rows go: if this app dies while it starts, so are its items.',
    ),
    ...waitForm,
  }),
  headers: startParts.headers,
  body: null,
  answers: {
    200: waited,
    202: started,
    400: problem('There is no such run.'),
    409: problem(
      'The run is live, and can restart with its own id only after its end; or this app does not know its chain.',
    ),
    500: failedWaiting,
  },
});
