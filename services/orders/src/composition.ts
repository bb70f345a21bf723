import { connectBlobs, containers } from '@tally/blobs';
import { orders } from '@tally/chains';
import { composeApp, linkSettingsSchema, readAppSettings, signedLinks } from '@tally/functions-kit';
import { orderHandlers } from './handlers.ts';
import { orderPartsOf, orderSettings, prepareOrders } from './order-parts.ts';

const settings = readAppSettings({ ...orderSettings, links: linkSettingsSchema }, process.env);

/** The composition root of orders. */
export const app = composeApp('orders', [orders.definition], process.env, {
  settings,
  prepare: async () => {
    await Promise.all([prepareOrders(parts), blobs.createContainers([containers.runs])]);
  },
});
const blobs = connectBlobs(app.connection);
const parts = orderPartsOf(app.connection, settings.own);

export const handlers = orderHandlers(parts);
export const options = {
  blobs: { store: blobs, container: containers.runs },
  links: signedLinks(settings.own.links),
};
