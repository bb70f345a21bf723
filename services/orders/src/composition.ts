import { connectBlobs, containers } from '@tally/blobs';
import { orders } from '@tally/chains';
import { composeApp, linkSettingsSchema, readSettings, signedLinks } from '@tally/functions-kit';
import { orderHandlers } from './handlers.ts';
import { orderPartsOf, prepareOrders } from './order-parts.ts';

/** The composition root of orders. */
export const app = composeApp('orders', [orders.definition], process.env, {
  prepare: async () => {
    await Promise.all([prepareOrders(parts), blobs.createContainers([containers.runs])]);
  },
});
const blobs = connectBlobs(app.connection);
const parts = orderPartsOf(app.connection, process.env);

export const handlers = orderHandlers(parts);
export const options = {
  blobs: { store: blobs, container: containers.runs },
  links: signedLinks(readSettings(linkSettingsSchema, process.env)),
};
