import { durationSchema, isDurationWithin } from '@tally/chain';

/** Less nobody can read a mail in; more, and the links to files in that mail, good for six days, end before the answer is due. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 5 * 86_400_000;

/** How long an approver may have. Bounded where an order comes in: a time that no wait can take would fail the wait, and the customer would be told of no decision. */
export const approvalTimeSchema = durationSchema.refine(
  (text) => isDurationWithin(text, SHORTEST_MS, LONGEST_MS),
  'must be from 1s to 5d, such as 90s, 30m or 2d',
);
