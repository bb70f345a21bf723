import * as z from 'zod';
import {
  activitySchema,
  chainSchema,
  chainsSchema,
  deadLettersPageSchema,
  healthSchema,
  redrivenSchema,
} from '../chain-bodies.ts';
import { badQuery, defineOperation, etag, ifNoneMatch, noHeaders, noParams, problem, query } from '../operation.ts';
import { letterId, pageSize, queryToken } from '../parameters.ts';

const PAGE_MAX = 1_000;
const reading = {
  method: 'GET',
  access: 'read',
  params: noParams,
  query: query({}),
  headers: noHeaders,
  body: null,
} as const;
const noLetter = 'There is no such dead letter.';

export const getChain = defineOperation({
  ...reading,
  id: 'getChain',
  path: '/chain',
  tag: 'chain',
  summary: 'The stages of all chains, their queues and workers as they are now',
  answers: { 200: { description: 'The stages.', schema: chainSchema }, 400: badQuery },
});

export const getActivity = defineOperation({
  ...reading,
  id: 'getActivity',
  path: '/activity',
  tag: 'chain',
  summary: 'The current activity of nodes, edges and queues, and the runs without progress',
  description:
    'Reads at most 200 unfinished runs and the 48 newest runs. The `etag` stays the same while only rates change.',
  headers: ifNoneMatch,
  answers: {
    200: { description: 'The current state.', schema: activitySchema, headers: etag },
    304: { description: 'Unchanged since that `etag`.', headers: etag },
    400: badQuery,
  },
});

export const listChains = defineOperation({
  ...reading,
  id: 'listChains',
  path: '/chains',
  tag: 'chain',
  summary: 'The chains that can run, each with its versions and their graphs',
  answers: { 200: { description: 'The chains.', schema: chainsSchema }, 400: badQuery },
});

export const listDeadLetters = defineOperation({
  ...reading,
  id: 'listDeadLetters',
  path: '/dead-letters',
  tag: 'dead letters',
  summary: 'List what could not be processed',
  query: query({
    stage: z.string().max(40).optional().describe('Only of this stage.'),
    top: pageSize(PAGE_MAX, 'The most dead letters in a page'),
    continuationToken: queryToken,
  }),
  answers: {
    200: { description: 'A page.', schema: deadLettersPageSchema },
    400: problem('The continuation token does not come from a page of this list.'),
  },
});

export const redriveDeadLetter = defineOperation({
  id: 'redriveDeadLetter',
  method: 'POST',
  path: '/dead-letters/{id}/redrive',
  tag: 'dead letters',
  access: 'control',
  summary: 'Send a dead letter again',
  description: 'Its message goes back into its queue. If its items are counted already, the ended run is rewound.',
  params: z.object({ id: letterId }),
  query: query({}),
  headers: noHeaders,
  body: null,
  answers: {
    202: { description: 'Done.', schema: redrivenSchema },
    400: badQuery,
    404: problem(noLetter),
    409: problem(
      'It cannot be sent again in the current state, or this app does not know the chain of its run; the problem says why.',
    ),
  },
});

export const discardDeadLetter = defineOperation({
  id: 'discardDeadLetter',
  method: 'DELETE',
  path: '/dead-letters/{id}',
  tag: 'dead letters',
  access: 'control',
  summary: 'Delete a dead letter',
  params: z.object({ id: letterId }),
  query: query({}),
  headers: noHeaders,
  body: null,
  answers: { 204: { description: 'Deleted.' }, 400: badQuery, 404: problem(noLetter) },
});

export const checkControl = defineOperation({
  id: 'checkControl',
  method: 'POST',
  path: '/control-check',
  tag: 'service',
  access: 'control',
  summary: 'Whether the key may do more than read',
  description: 'Does nothing. A read-only key is refused, as by every operation that changes something.',
  params: noParams,
  query: query({}),
  headers: noHeaders,
  body: null,
  answers: { 204: { description: 'It may.' }, 400: badQuery },
});

export const getOpenApi = defineOperation({
  ...reading,
  id: 'getOpenApi',
  path: '/openapi.json',
  tag: 'service',
  summary: 'This document',
  answers: {
    200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) },
    400: badQuery,
    401: problem('A key is needed.'),
  },
});

const health = {
  ...reading,
  path: '/health',
  tag: 'service',
  description: 'Checks every table and every queue of the chains.',
} as const;

export const getHealth = defineOperation({
  ...health,
  id: 'getHealth',
  summary: 'Whether the service and its storage are reachable',
  answers: {
    200: { description: 'They are.', schema: healthSchema },
    400: badQuery,
    503: problem('A table or a queue is not; the problem says which.'),
  },
});

export const headHealth = defineOperation({
  ...health,
  id: 'headHealth',
  method: 'HEAD',
  summary: 'The same for probes that read no body',
  answers: {
    200: { description: 'They are.' },
    400: { description: badQuery.description },
    503: { description: 'A table or a queue is not.' },
  },
});
