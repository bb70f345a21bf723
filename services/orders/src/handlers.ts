import { type HandlerTable, handlersFor } from '@tally/chain';
import { orders } from '@tally/chains';
import { againWhenBusy, type RunFfmpeg } from '@tally/ffmpeg';
import type { Tables } from '@tally/run-store';
import type { Mailer } from './mail/mailer.ts';
import { alertSender } from './mail/send-alert.ts';
import { askSender } from './mail/send-ask.ts';
import { declineSender } from './mail/send-decline.ts';
import { emailSender } from './mail/send-email.ts';
import { makePdf } from './pdf/make-pdf.ts';
import { orderSaver } from './save/save-order.ts';
import { videoMaker } from './video/make-video.ts';

/** What the handlers work with. */
export interface OrderParts {
  /** Contains the table of orders. */
  readonly tables: Tables;
  readonly runFfmpeg: RunFfmpeg;
  readonly mailer: Mailer;
  /** An e-mail address. */
  readonly approver: string;
}

/** The handlers of all nodes of the chain `orders`. */
export function orderHandlers({ tables, runFfmpeg, mailer, approver }: OrderParts): HandlerTable {
  return handlersFor(orders, 'orders', {
    save: orderSaver(tables),
    pdf: makePdf,
    video: againWhenBusy(videoMaker(runFfmpeg)),
    ask: askSender(mailer, approver),
    email: emailSender(mailer),
    decline: declineSender(mailer),
    alert: alertSender(mailer, approver),
  });
}
