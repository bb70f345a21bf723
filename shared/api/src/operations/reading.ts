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
  summary: 'How a run stands',
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
      description: 'The run goes on.',
      schema: runStatusSchema,
      headers: {
        ...etag,
        location: { description: 'This address.', sent: 'always' },
        'retry-after': { description: 'Seconds after which to look again.', sent: 'always' },
      },
    },
    400: badQuery,
    304: { description: 'As you have it.', headers: etag },
    404: problem('There is no such run.'),
    500: {
      description: 'With the flag: the run has failed. A problem document: one of its rows can not be read.',
      schema: runStatusSchema,
      headers: etag,
    },
  },
});

const listed = {
  description:
    'A page, newest first; where only unfinished runs are asked for, the pages among each other are in no order. It may be short, or empty, and still not be the last. A run whose row can not be read is `Failed`, and its `customStatus` names the row.',
  schema: z.array(listedRunSchema),
  headers: {
    ...etag,
    'x-ms-continuation-token': {
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
    top: pageSize(PAGE_MAX, 'Most runs a page'),
  }),
  headers: ifNoneMatch.extend({ 'x-ms-continuation-token': headerToken }),
  body: null,
  answers: {
    200: listed,
    304: { description: 'As you have it.', headers: listed.headers },
    400: problem('The continuation token is not one that a page has brought.'),
  },
});

export const listItems = defineOperation({
  id: 'listItems',
  method: 'GET',
  path: '/runs/{id}/items',
  tag: 'runs',
  access: 'read',
  summary: 'The items of a map node of a run, and what became of each',
  params: z.object({ id: runId }),
  query: query({
    node: nodeName,
    status: z
      .enum(['succeeded', 'failed', 'aborted', 'pending'])
      .optional()
      .describe('Only these; `pending`: without a result yet.'),
    top: pageSize(PAGE_MAX, 'Most items a page'),
    continuationToken: queryToken,
  }),
  headers: noHeaders,
  body: null,
  answers: {
    200: { description: 'A page.', schema: itemsPageSchema },
    400: problem('The continuation token is not one that a page has brought.'),
    404: problem('There is no such run, or no such map node in it; the problem lists those that there are.'),
    409: problem('The chain of the run is not known here.'),
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
    'By the listing alone, of all chains and statuses: no run is read, so one that was purged just now, or started anew, may be counted, too.',
  params: z.object({}),
  query: query({
    createdTimeFrom: instant(
      'Created then or later; default: the day of the first run, 30 days before the end at most.',
    ),
    createdTimeTo: instant('Created then or before; default: now.'),
    buckets: pageSize(BUCKETS_MAX, 'Parts of equal length that the time is cut into'),
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
  description:
    'What everything else rests on, rows of earlier runs of the id and rows that can not be read among them.',
  params: z.object({ id: runId }),
  query: query({ top: pageSize(ROWS_MAX, 'Most rows a page'), continuationToken: queryToken }),
  headers: noHeaders,
  body: null,
  answers: {
    200: { description: 'A page.', schema: rowsPageSchema },
    400: problem('The continuation token is not one that a page has brought.'),
    404: problem('There is no such run.'),
  },
});

export const peekMessages = defineOperation({
  id: 'peekMessages',
  method: 'GET',
  path: '/runs/{id}/messages',
  tag: 'runs',
  access: 'read',
  summary: 'Messages of a run that lie in the queues of its chain',
  description:
    'Looks at the 32 oldest visible messages of each queue and poison queue, and takes none. What is in work, or waits for its time, is hidden.',
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
    'As the results of its nodes name them, while it goes on and when it has ended, however. Files that its input names are not among them.',
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
    'A shared access signature of the storage account for this one file, to read it. It needs no key, so it is short-lived; whoever may read the run may have it.',
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
    404: problem('There is no such run, it has made no such file, or the file is gone.'),
  },
});
