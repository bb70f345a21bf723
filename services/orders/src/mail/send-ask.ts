import type { Handler } from '@tally/chain';
import { APPROVAL_EVENT, type FilesMailInput, type Sent, totalCents } from '@tally/chains';
import { linkFiles } from './file-links.ts';
import type { Mailer } from './mailer.ts';

/**
 * The longest time that a link may be valid. An approver who returns on Monday can still see what to decide.
 */
const LINKS_VALID = '6d';

/** Asks the approver, with one link for each answer. */
export function askSender(mailer: Mailer, approver: string): Handler<FilesMailInput, Sent> {
  return async ({ input: { order, files }, key, blobs, eventUrl }) => {
    const { links, missing } = await linkFiles(files, blobs, LINKS_VALID);
    const total = `${(totalCents(order) / 100).toFixed(2)} ${order.currency}`;
    const messageId = await mailer.send(
      {
        to: { address: approver },
        subject: `Order ${order.number} waits for your decision`,
        paragraphs: [
          // The shop's own words come first: a customer's name may say anything.
          `Order number ${order.number}, ${total}.`,
          `Customer: ${order.customer.name} (${order.customer.email}).`,
          ...missing,
          'Without a decision in time, the customer is told that the order was not approved.',
        ],
        links: [
          { label: 'Approve', url: eventUrl(APPROVAL_EVENT, 'Approved') },
          { label: 'Reject', url: eventUrl(APPROVAL_EVENT, 'Rejected') },
          ...links,
        ],
      },
      key,
    );
    return { messageId };
  };
}
