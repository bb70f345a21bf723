import { randomBytes } from 'node:crypto';
import type { Order } from '@tally/chains';

/** An order with its own number, so that the files of other orders stay unchanged. */
export function sampleOrder(): Order {
  return {
    number: `DEMO-${randomBytes(4).toString('hex').toUpperCase()}`,
    customer: { name: 'Zoë Müller', email: 'zoe@customer.example' },
    currency: 'EUR',
    lines: [
      { article: 'Darjeeling, second flush, 250 g', quantity: 2, price: 14.9 },
      { article: 'Teapot, cast iron', quantity: 1, price: 59 },
    ],
  };
}
