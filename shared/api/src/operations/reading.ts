import * as z from 'zod';
import { type Answer, badQuery, defineOperation, etag, ifNoneMatch, noHeaders, problem, query } from '../operation.ts';
import {
  chainFilter,
  fileId,
  flag,
  headerToken,
  idPrefix,
  instant,
  nodeName,
  pageSize,
  queryToken,
  runId,
  statuses,
  TOKEN_HEADER,
} from '../parameters.ts';
import {
  fileLinkSchema,
  filesSchema,
  itemsPageSchema,
  listedRunSchema,
  peekedSchema,
  rowsPageSchema,
  runCountsSchema,
  runStatusSchema,
} from '../run-bodies.ts';

const PAGE_MAX = 1_000;

export const getRun = defineOperation({
  id: 'getRun',
  method: 'GET',
  path: '/runs/{id}',
  durable: { path: '/instances/{id}' },
  tag: 'runs',
  access: 'read',
  summary: 'The status of a run',
  params: z.object({ id: runId }),
  query: query({
    showInput: flag('Default true.'),
    showHistory: flag('Default false: with the events of the timeline.'),
    showHistoryOutput: flag('Default false: with the results in the events.'),
    returnInternalServerErrorOnFailure: flag('Default false: answer 500 if the run has failed.'),
  }),
  headers: ifNoneMatch,
  body: null,
  answers: {
    200: { description: 'The run has ended.', schema: runStatusSchema, headers: etag },
    202: {
      description: 'The run is not finished.',
      schema: runStatusSchema,
      headers: {
        ...etag,
        location: { description: 'This address.', sent: 'always' },
        'retry-after': { description: 'Seconds until the next look.', sent: 'always' },
      },
    },
    400: badQuery,
    304: { description: 'Unchanged since that `etag`.', headers: etag },
    404: problem('There is no such run.'),
    500: {
      description: 'With the flag: the run has failed. A problem document: one of its rows cannot be read.',
      schema: runStatusSchema,
      headers: etag,
    },
  },
});

const listed = {
  description:
    'A page, newest first; if only unfinished runs are asked for, the pages are in no order. A page may be short or empty without being the last. A run whose row cannot be read is `Failed`, and its `customStatus` names the row.',
  schema: z.array(listedRunSchema),
  headers: {
    ...etag,
    [TOKEN_HEADER]: {
      description: 'Send it back as a header for the next page; absent: this was the last.',
      sent: 'sometimes',
    },
  },
} as const satisfies Answer;

export const listRuns = defineOperation({
  id: 'listRuns',
  method: 'GET',
  path: '/runs',
  durable: { path: '/instances' },
  tag: 'runs',
  access: 'read',
  summary: 'List runs',
  params: z.object({}),
  query: query({
    instanceIdPrefix: idPrefix,
    createdTimeFrom: instant('Created then or later.'),
    createdTimeTo: instant('Created then or before.'),
    runtimeStatus: statuses('In one of these statuses, with commas between.'),
    chain: chainFilter,
    showInput: flag('Default true.'),
    top: pageSize(PAGE_MAX, 'The most runs in a page'),
  }),
  headers: ifNoneMatch.extend({ [TOKEN_HEADER]: headerToken }),
  body: null,
  answers: {
    200: listed,
    304: { description: 'Unchanged since that `etag`.', headers: listed.headers },
    400: problem('The continuation token does not come from a page of this list.'),
  },
});

export const listItems = defineOperation({
  id: 'listItems',
  method: 'GET',
  path: '/runs/{id}/items',
  tag: 'runs',
  access: 'read',
  summary: 'The items of a map node of a run, with their results',
  params: z.object({ id: runId }),
  query: query({
    node: nodeName,
    status: z
      .enum(['succeeded', 'failed', 'aborted', 'pending'])
      .optional()
      .describe('Only these; `pending`: without a result yet.'),
    top: pageSize(PAGE_MAX, 'The most items in a page'),
    continuationToken: queryToken,
  }),
  headers: noHeaders,
  body: null,
  answers: {
    200: { description: 'A page.', schema: itemsPageSchema },
    400: problem('The continuation token does not come from a page of this list.'),
    404: problem('There is no such run, or it has no such map node; the problem lists its map nodes.'),
    409: problem('This app does not know the chain of the run.'),
  },
});

/** Maximum number of bars in a chart of times. */
const BUCKETS_MAX = 500;

export const countRuns = defineOperation({
  id: 'countRuns',
  method: 'GET',
  path: '/run-counts',
  tag: 'runs',
  access: 'read',
  summary: 'How many runs were created over time',
  description:
    'From the listing only, over all chains and statuses: no run is read, so a run that was just purged or started again may be counted, too.',
  params: z.object({}),
  query: query({
    createdTimeFrom: instant(
      'Created then or later; default: the day of the first run, 30 days before the end at most.',
    ),
    createdTimeTo: instant('Created then or before; default: now.'),
    buckets: pageSize(BUCKETS_MAX, 'The number of equal intervals'),
  }),
  headers: noHeaders,
  body: null,
  answers: { 200: { description: 'The counts.', schema: runCountsSchema }, 400: badQuery },
});

/** Maximum number of rows in a page: each may hold hundreds of thousands of characters. */
const ROWS_MAX = 100;

export const listRows = defineOperation({
  id: 'listRows',
  method: 'GET',
  path: '/runs/{id}/rows',
  tag: 'runs',
  access: 'read',
  summary: "The rows in a run's own partition of the table `runs`, as they stand",
  description: 'The stored state, including rows of earlier runs with the id and unreadable rows.',
  params: z.object({ id: runId }),
  query: query({ top: pageSize(ROWS_MAX, 'The most rows in a page'), continuationToken: queryToken }),
  headers: noHeaders,
  body: null,
  answers: {
    200: { description: 'A page.', schema: rowsPageSchema },
    400: problem('The continuation token does not come from a page of this list.'),
    404: problem('There is no such run.'),
  },
});

export const peekMessages = defineOperation({
  id: 'peekMessages',
  method: 'GET',
  path: '/runs/{id}/messages',
  tag: 'runs',
  access: 'read',
  summary: 'Messages of a run in the queues of its chain',
  description:
    'Looks at the 32 oldest visible messages of each queue and poison queue, and takes none. Messages in work, or waiting for their time, are hidden.',
  params: z.object({ id: runId }),
  query: query({}),
  headers: noHeaders,
  body: null,
  answers: {
    200: { description: 'What was seen.', schema: peekedSchema },
    400: badQuery,
    404: problem('There is no such run.'),
  },
});

export const listFiles = defineOperation({
  id: 'listFiles',
  method: 'GET',
  path: '/runs/{id}/files',
  tag: 'runs',
  access: 'read',
  summary: 'The files that a run has made',
  description:
    'As named by the results of its nodes, during the run and after its end. Files that its input names are not included.',
  params: z.object({ id: runId }),
  query: query({}),
  headers: noHeaders,
  body: null,
  answers: {
    200: { description: 'The files.', schema: filesSchema },
    400: badQuery,
    404: problem('There is no such run.'),
  },
});

export const linkFile = defineOperation({
  id: 'linkFile',
  method: 'GET',
  path: '/runs/{id}/files/{file}/link',
  tag: 'runs',
  access: 'read',
  summary: 'A link to a file of a run, by which a browser opens it',
  description:
    'A shared access signature of the storage account for this one file, to read it. It needs no key, so it is short-lived; every key that may read the run may get it.',
  params: z.object({ id: runId, file: fileId }),
  query: query({}),
  headers: noHeaders,
  body: null,
  answers: {
    200: {
      description: 'The link.',
      schema: fileLinkSchema,
      headers: { 'cache-control': { description: '`no-store`: the link is a secret.', sent: 'always' } },
    },
    400: badQuery,
    404: problem('There is no such run, it has made no such file, or the file was deleted.'),
  },
});
