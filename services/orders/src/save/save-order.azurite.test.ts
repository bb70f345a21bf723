import { FatalError } from '@tally/chain';
import { type Order, orderSchema, type Saved, savedSchema } from '@tally/chains';
import { connectTables, type StoredRow, type Tables } from '@tally/run-store';
import { startTemporaryAzurite } from '@tally/testing';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { order as anyOrder, workOf } from '../order-work.fixture.ts';
import { ORDERS_TABLE } from './order-row.ts';
import { orderSaver } from './save-order.ts';

describe('save', () => {
  let tables: Tables;
  beforeAll(async () => {
    const azurite = await startTemporaryAzurite();
    tables = connectTables({ kind: 'connectionString', value: azurite.connectionString });
    await tables.create([ORDERS_TABLE]);
    return async () => await azurite.stop();
  });

  let order: Order;
  let orders = 0;
  beforeEach(() => {
    order = orderSchema.parse({ ...anyOrder, number: `A/${orders++} Ü'#` });
  });

  const save = async (run: string, generation: string, what = order): Promise<Saved> =>
    savedSchema.parse(await orderSaver(tables)(workOf('save', what, generation, run)));
  const read = async ({ table, partition, row }: Saved): Promise<StoredRow | null> =>
    await tables.get(table, partition, row);

  test('writes the order as a row that can be found by its number', async () => {
    const saved = await save('run-1', 'abc');
    expect((await read(saved))?.cells).toEqual({
      number: order.number,
      customerName: order.customer.name,
      customerEmail: 'zoe@example.org',
      currency: 'EUR',
      totalCents: 1_350,
      lines: '[{"article":"Tea","quantity":3,"price":4.5}]',
      run: 'run-1',
      gen: 'abc',
      key: 'run-1:abc:save',
    });
  });

  test('changes nothing if the work is delivered again, even twice at once', async () => {
    const [saved] = await Promise.all([save('run-1', 'abc'), save('run-1', 'abc')]);
    const before = await read(saved);
    expect(await save('run-1', 'abc')).toEqual(saved);
    expect(await read(saved)).toEqual(before);
  });

  test('refuses the same number from another run, and names that run', async () => {
    const saved = await save('run-1', 'abc');
    const before = await read(saved);
    const refused = save('run-2', 'abd');
    await expect(refused).rejects.toBeInstanceOf(FatalError);
    await expect(refused).rejects.toMatchObject({ code: 'OrderExists' });
    await expect(refused).rejects.toThrow(/was saved by the run run-1: .*--same-id/);
    expect(await read(saved)).toEqual(before);
  });

  test("writes a restarted run's order again, and takes nothing from the earlier start", async () => {
    const saved = await save('run-1', 'abc');
    const corrected = { ...order, customer: { ...order.customer, name: 'Zoë Müller' } };
    await save('run-1', 'abd', corrected);
    await save('run-1', 'abc');
    expect((await read(saved))?.cells).toMatchObject({ customerName: 'Zoë Müller', gen: 'abd' });
  });

  test('the largest order fits into a row', async () => {
    const lines = Array.from({ length: 100 }, () => ({
      article: '"'.repeat(100),
      quantity: 10_000,
      price: 999_999.99,
    }));
    const saved = await save('run-1', 'abc', orderSchema.parse({ ...order, lines }));
    expect((await read(saved))?.cells).toMatchObject({ totalCents: 99_999_999_000_000 });
  });
});
