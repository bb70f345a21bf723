import { defineChain } from '@tally/chain';
import { registryOf } from '@tally/chains';
import * as z from 'zod';

export { shapeOf } from '@tally/chains';

const head = { name: 'versions', app: 'versions', input: z.object({ parts: z.array(z.number()) }) } as const;
export const done = z.object({ messageId: z.string() });
const approval = { event: 'Approval', payload: z.boolean() } as const;
// Two items at once and two a message, so that a map of several parts takes a while. A long `overdueMs` keeps
// a delayed message from being treated as lost after it was put back.
const slow = { window: 2, sizing: { maxChunkItems: 2, spread: 1 }, repair: { overdueMs: 86_400_000 } } as const;
const patient = { result: done, timeout: '9m' } as const;

export const first = defineChain({ ...head, version: 1 })
  .task('begin', patient)
  .map('parts', { after: ['begin'], items: ({ run }) => run.input.parts, item: z.number(), result: done, ...slow })
  .wait('approval', { after: ['parts'], ...approval })
  .task('tell', { after: ['approval'], ...patient })
  .output(() => 'as the first version ends');

/** Another graph: one more node in the middle, and another at the end. */
export const second = defineChain({ ...head, version: 2 })
  .task('begin', patient)
  .task('check', { after: ['begin'], ...patient })
  .map('parts', { after: ['check'], items: ({ run }) => run.input.parts, item: z.number(), result: done, ...slow })
  .wait('approval', { after: ['parts'], ...approval })
  .task('tell', { after: ['approval'], ...patient })
  .task('archive', { after: ['tell'], ...patient })
  .output(() => 'as the second version ends');

/** Whether this process belongs to the newer deployment. */
export const isNewer = process.env['CHAOS_VERSIONS'] === '2';

export const registry = registryOf(isNewer ? [first, second] : [first]);
