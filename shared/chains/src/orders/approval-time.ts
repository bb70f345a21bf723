import { durationSchema, isDurationWithin } from '@tally/chain';

/**
 * Less time isn't enough to read a mail. With more time, the mail's links to files, valid for six days, would
 * expire before the answer is due.
 */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 5 * 86_400_000;

/**
 * How long an approver may have. It is bounded when an order comes in. A time that no wait accepts would fail
 * the wait, and the customer would be told of no decision.
 */
export const approvalTimeSchema = durationSchema.refine(
  (text) => isDurationWithin(text, SHORTEST_MS, LONGEST_MS),
  'must be from 1s to 5d, such as 90s, 30m or 2d',
);
