import { randomBytes } from 'node:crypto';
import type { Order } from '@tally/chains';

/** An order with a number of its own: what was made for another one stays as it is. */
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
