export * from './orders/order.ts';
export * from './orders/order-work.ts';
