import { blobRefSchema, defineChain, type Outcome } from '@tally/chain';
import * as z from 'zod';
import { approvalTimeSchema } from './approval-time.ts';
import { type Order, orderSchema } from './order.ts';
import { APPROVAL_EVENT, approvalSchema, type OrderFiles, savedSchema, sentSchema } from './order-work.ts';

const inputSchema = z.strictObject({
  ...orderSchema.shape,
  /** How long the approver has to answer. */
  approvalTimeout: approvalTimeSchema.default('30m'),
});

const withoutOptions = orderSchema.strip();

/**
 * Making a file takes a while and much of a machine's capacity, so a failed try isn't followed by the next
 * one at once.
 */
const patient = { attempts: 3, first: '30s' } as const;

/** An order: saved, its PDF and its clip made in parallel, approved by a person, answered to the customer. */
export const orders = defineChain({
  name: 'orders',
  version: 1,
  app: 'orders',
  input: inputSchema,
  // A clip takes a core for seconds, so a few at once are enough.
  listening: { orders: { batchSize: 4, newBatchThreshold: 2 } },
})
  .task('save', {
    does: 'writes the order into a table',
    input: ({ run }) => orderOf(run.input),
    result: savedSchema,
  })
  .task('pdf', {
    after: ['save'],
    does: 'makes a personal PDF',
    input: ({ run }) => ({ order: orderOf(run.input), startedAt: run.startedAt }),
    result: blobRefSchema,
    timeout: '2m',
    onFailure: 'continue',
  })
  .task('video', {
    after: ['save'],
    does: 'makes a watermarked clip',
    input: ({ run }) => orderOf(run.input),
    result: blobRefSchema,
    retry: patient,
    timeout: '8m',
    onFailure: 'continue',
  })
  .task('ask', {
    after: ['pdf', 'video'],
    does: 'mails the approver links to the files, to approve and to reject',
    input: ({ run, pdf, video }) => ({ order: orderOf(run.input), files: filesOf(pdf, video) }),
    result: sentSchema,
  })
  .wait('approval', {
    after: ['ask'],
    does: 'waits for the approver',
    event: APPROVAL_EVENT,
    payload: approvalSchema,
    timeout: ({ run }) => run.input.approvalTimeout,
    onFailure: 'continue',
  })
  .task('email', {
    after: ['approval'],
    when: ({ approval }) => isApproved(approval),
    does: 'mails the customer links to the files',
    input: ({ run, pdf, video }) => ({ order: orderOf(run.input), files: filesOf(pdf, video) }),
    result: sentSchema,
  })
  .task('decline', {
    after: ['approval'],
    when: ({ approval }) => !isApproved(approval),
    does: 'tells the customer that the order was not approved',
    input: ({ run, approval }) => ({
      order: orderOf(run.input),
      why: approval.status === 'succeeded' ? ('Rejected' as const) : ('TimedOut' as const),
    }),
    result: sentSchema,
  })
  .whenFailed('alert', {
    does: 'tells the shop that the order went wrong',
    input: ({ run, verdict }) => ({
      order: orderOf(run.input),
      code: verdict.status === 'failed' ? verdict.code : '',
      message: verdict.status === 'failed' ? verdict.message : '',
    }),
    result: sentSchema,
  })
  .output(({ run, save, pdf, video, approval }) => ({
    order: run.input.number,
    saved: save.output,
    decision: approval.status === 'succeeded' ? approval.output : 'TimedOut',
    files: filesOf(pdf, video),
    /** What could not be made, and why. The order went on without it. */
    missing: [...missing('pdf', pdf), ...missing('video', video)],
  }));

/** The order without the options of its run. */
function orderOf(input: z.infer<typeof inputSchema>): Order {
  return withoutOptions.parse(input);
}

function isApproved(approval: Outcome<z.infer<typeof approvalSchema>>): boolean {
  return approval.status === 'succeeded' && approval.output === 'Approved';
}

function filesOf(pdf: Outcome<OrderFiles['pdf']>, video: Outcome<OrderFiles['video']>): OrderFiles {
  return {
    pdf: pdf.status === 'succeeded' ? pdf.output : null,
    video: video.status === 'succeeded' ? video.output : null,
  };
}

function missing(file: 'pdf' | 'video', made: Outcome<unknown>) {
  return made.status === 'failed' ? [{ file, code: made.error.code, message: made.error.message }] : [];
}
