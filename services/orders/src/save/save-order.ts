import { FatalError, type Handler } from '@tally/chain';
import type { Order, Saved } from '@tally/chains';
import { createdAtOf } from '@tally/contracts';
import { ConflictError, type Row, type RowWrite, type StoredRow, type Tables } from '@tally/run-store';
import { ORDERS_TABLE, type Origin, orderRow } from './order-row.ts';

/**
 * Writes the order into its table. Another delivery or try of the same work finds its own row. A restart of
 * the run that saved the order writes it again: it is the same order, perhaps corrected. Another run with the
 * same number is refused, because it would do everything twice.
 *
 * @returns a handler that throws FatalError `OrderExists` for that
 */
export function orderSaver(tables: Tables): Handler<Order, Saved> {
  return async ({ input: order, run, key }) => {
    const origin: Origin = { run: run.id, generation: run.generation, key };
    const row = orderRow(order, origin);
    if (!(await inserted(tables, row))) {
      const change = changeOf(await present(tables, row), row, order, origin);
      // A conflict here means that another delivery writes at the same moment. The next try sees what that
      // one wrote.
      if (change !== null) await tables.write(ORDERS_TABLE, [change]);
    }
    return { table: ORDERS_TABLE, partition: row.partitionKey, row: row.rowKey };
  };
}

async function inserted(tables: Tables, row: Row): Promise<boolean> {
  try {
    await tables.write(ORDERS_TABLE, [{ kind: 'insert', row }]);
    return true;
  } catch (error) {
    if (error instanceof ConflictError && error.reason === 'exists') return false;
    throw error;
  }
}

async function present(tables: Tables, { partitionKey, rowKey }: Row): Promise<StoredRow> {
  const there = await tables.get(ORDERS_TABLE, partitionKey, rowKey);
  if (there === null) throw new Error('the row of the order was deleted meanwhile');
  return there;
}

/** @returns null when the row is as it should be */
function changeOf(there: StoredRow, row: Row, order: Order, origin: Origin): RowWrite | null {
  const { key, run, gen: generation } = there.cells;
  if (key === origin.key) return null;
  if (run !== origin.run) {
    const by = typeof run === 'string' ? `by the run ${run}` : 'by another writer';
    // A restart under a new id would again be another run.
    const advice =
      'rewind that run, restart it under its own id (--same-id, in the API restartWithNewInstanceId=false), or give this order a number of its own';
    throw new FatalError('OrderExists', `the order ${order.number} was saved ${by}: ${advice}`);
  }
  // This is a late worker of an earlier start, so its data no longer counts.
  if (typeof generation === 'string' && createdAtOf(generation) > createdAtOf(origin.generation)) return null;
  return { kind: 'replace', row, etag: there.etag };
}
