import * as z from 'zod';
import { defineOperation, noHeaders, problem, query } from '../operation.ts';
import { createdTimeFrom, instant, queryToken, runId, statuses } from '../parameters.ts';
import { purgedSchema } from '../run-bodies.ts';

const misfit = 'A parameter is invalid or unknown: a filter for a delete is never ignored.';
const purged = { description: 'Deleted.', schema: purgedSchema };

export const purgeRun = defineOperation({
  id: 'purgeRun',
  method: 'DELETE',
  path: '/runs/{id}',
  durable: { path: '/instances/{id}' },
  tag: 'runs',
  access: 'control',
  summary: 'Delete all data of an ended run',
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
  description: 'Oldest first, as many as one call has time for. Live runs are kept, whatever `runtimeStatus` says.',
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
    404: problem('No run matches.'),
  },
});
