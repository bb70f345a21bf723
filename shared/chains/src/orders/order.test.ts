import { expect, test } from 'vitest';
import { type Order, orderSchema, totalCents } from './order.ts';

const order: Order = {
  number: 'A-1001',
  customer: { name: 'Zoë Müller-Łukasz', email: 'zoe@example.org' },
  currency: 'EUR',
  lines: [
    { article: 'Tea', quantity: 3, price: 4.35 },
    { article: 'Kettle', quantity: 1, price: 59 },
  ],
};

test('an order is accepted unchanged', () => {
  expect(orderSchema.parse(order)).toEqual(order);
});

test.each<[string, unknown]>([
  ['a line break in the name', { ...order, customer: { ...order.customer, name: 'Zoë\r\nBcc: all@example.org' } }],
  ['a blank name', { ...order, customer: { ...order.customer, name: '  ' } }],
  ['half a character', { ...order, number: 'A\ud83d' }],
  ['two addresses', { ...order, customer: { ...order.customer, email: 'a@example.org, b@example.org' } }],
  ['no lines', { ...order, lines: [] }],
  ['a third decimal', { ...order, lines: [{ article: 'Tea', quantity: 1, price: 0.005 }] }],
  ['something unknown', { ...order, approver: 'me@example.org' }],
])('an order with %s is refused', (_what, value) => {
  expect(orderSchema.safeParse(value).success).toBe(false);
});

test('the total is exact to the cent', () => {
  expect(totalCents(order)).toBe(7_205);
  expect(totalCents({ ...order, lines: [{ article: 'Nail', quantity: 3, price: 0.1 }] })).toBe(30);
});
