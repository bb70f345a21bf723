import { createHash } from 'node:crypto';
import { type Order, totalCents } from '@tally/chains';
import { keyText } from '@tally/contracts';
import type { Row } from '@tally/run-store';

/** Orders stay when the run that saved them is purged. */
export const ORDERS_TABLE = 'orders';

/** The rest of an order's row: what saved it. */
export interface Origin {
  readonly run: string;
  readonly generation: string;
  /** The key of the work that saved it. */
  readonly key: string;
}

/**
 * Builds the row of an order. Its place depends on the order's number only, so each order has one row. The
 * numbers are spread over 256 partitions.
 */
export function orderRow(order: Order, { run, generation, key }: Origin): Row {
  return {
    partitionKey: createHash('sha256').update(order.number).digest('hex').slice(0, 2),
    rowKey: keyText(order.number),
    cells: {
      number: order.number,
      customerName: order.customer.name,
      customerEmail: order.customer.email,
      currency: order.currency,
      totalCents: totalCents(order),
      lines: JSON.stringify(order.lines),
      run,
      gen: generation,
      key,
    },
  };
}
