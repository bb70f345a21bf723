import type { Handler } from '@tally/chain';
import type { DeclineInput, Sent } from '@tally/chains';
import type { Mailer } from './mailer.ts';

const REASONS: Readonly<Record<DeclineInput['why'], string>> = {
  Rejected: 'it was rejected',
  TimedOut: 'no decision was made in time',
};

/** Tells the customer that the order was not approved, and why. */
export function declineSender(mailer: Mailer): Handler<DeclineInput, Sent> {
  return async ({ input: { order, why }, key }) => {
    const messageId = await mailer.send(
      {
        to: { name: order.customer.name, address: order.customer.email },
        subject: `Your order ${order.number} was not approved`,
        paragraphs: [
          `Dear ${order.customer.name},`,
          `your order ${order.number} was not approved: ${REASONS[why]}. Nothing will be sent to you.`,
        ],
        links: [],
      },
      key,
    );
    return { messageId };
  };
}
