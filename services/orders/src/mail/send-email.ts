import type { Handler } from '@tally/chain';
import type { FilesMailInput, Sent } from '@tally/chains';
import { linkFiles } from './file-links.ts';
import type { Mailer } from './mailer.ts';

/** The longest time that a link may be valid. */
const LINKS_VALID = '6d';

/** Tells the customer that the order was approved, and where its files are. */
export function emailSender(mailer: Mailer): Handler<FilesMailInput, Sent> {
  return async ({ input: { order, files }, key, blobs }) => {
    const { links, missing } = await linkFiles(files, blobs, LINKS_VALID);
    const messageId = await mailer.send(
      {
        to: { name: order.customer.name, address: order.customer.email },
        subject: `Your order ${order.number}`,
        paragraphs: [
          `Dear ${order.customer.name},`,
          `your order ${order.number} was approved. Thank you!`,
          ...(links.length === 0 ? [] : ['These links can be used for six days.']),
          ...missing,
        ],
        links,
      },
      key,
    );
    return { messageId };
  };
}
