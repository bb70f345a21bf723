import * as z from 'zod';
import { defineOperation, noHeaders, problem, query } from '../operation.ts';
import { createdTimeFrom, instant, queryToken, runId, statuses } from '../parameters.ts';
import { purgedSchema } from '../run-bodies.ts';

const misfit =
  'Something in the query does not fit, or is not known: a filter of what is to be deleted is never read over.';
const purged = { description: 'Deleted.', schema: purgedSchema };

export const purgeRun = defineOperation({
  id: 'purgeRun',
  method: 'DELETE',
  path: '/runs/{id}',
  durable: { path: '/instances/{id}' },
  tag: 'runs',
  access: 'control',
  summary: 'Delete all that is kept of an ended run',
  params: z.object({ id: runId }),
  query: query({}),
  headers: noHeaders,
  body: null,
  answers: {
    200: purged,
    400: problem(misfit),
    404: problem('There is no such run.'),
    412: problem('The run has not ended.'),
  },
});

export const purgeRuns = defineOperation({
  id: 'purgeRuns',
  method: 'DELETE',
  path: '/runs',
  durable: { path: '/instances' },
  tag: 'runs',
  access: 'control',
  summary: 'Delete ended runs by when they were created',
  description:
    'The oldest first, as many as one call has time for. Runs that live are left alone, whatever `runtimeStatus` says.',
  params: z.object({}),
  query: query({
    createdTimeFrom,
    createdTimeTo: instant('Created then or before; default: now.'),
    runtimeStatus: statuses('In one of these statuses, with commas between.'),
    continuationToken: queryToken,
  }),
  headers: noHeaders,
  body: null,
  answers: {
    200: purged,
    400: problem(`\`createdTimeFrom\` is missing, or: ${misfit}`),
    404: problem('There is none to delete.'),
  },
});
