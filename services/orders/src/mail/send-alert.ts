import type { Handler } from '@tally/chain';
import type { AlertInput, Sent } from '@tally/chains';
import type { Mailer } from './mailer.ts';

/** Tells the approver about an order whose run failed. */
export function alertSender(mailer: Mailer, approver: string): Handler<AlertInput, Sent> {
  return async ({ input: { order, code, message }, run, key }) => {
    const messageId = await mailer.send(
      {
        to: { address: approver },
        subject: `Order ${order.number} failed`,
        paragraphs: [
          `The order ${order.number} of ${order.customer.name} (${order.customer.email}) failed.`,
          `${code}: ${message}`,
          `Its run is ${run.id}.`,
        ],
        links: [],
      },
      key,
    );
    return { messageId };
  };
}
