import { blobRefSchema, handlersFor } from '@tally/chain';
import {
  loudnessSchema,
  media,
  metadataSchema,
  notifiedSchema,
  orders,
  rowPlaceSchema,
  savedSchema,
  scannedSchema,
  sentSchema,
} from '@tally/chains';
import { composeApp, serve } from '@tally/functions-kit';
import { recordedWork } from './recorded-work.ts';

/*
 * Replaces the apps `orders` and `media`: it has their graphs, queues and settings, but its handlers only
 * report to a recorder. The environment says which of the two apps it replaces.
 */
const tables = {
  orders: handlersFor(orders, 'orders', {
    save: recordedWork(savedSchema),
    pdf: recordedWork(blobRefSchema),
    video: recordedWork(blobRefSchema),
    ask: recordedWork(sentSchema),
    email: recordedWork(sentSchema),
    decline: recordedWork(sentSchema),
    alert: recordedWork(sentSchema),
  }),
  media: handlersFor(media, 'media', {
    scan: recordedWork(scannedSchema),
    copy: recordedWork(blobRefSchema),
    metadata: recordedWork(metadataSchema),
    database: recordedWork(rowPlaceSchema),
    audit: recordedWork(rowPlaceSchema),
    transcode: recordedWork(blobRefSchema),
    thumbnail: recordedWork(blobRefSchema),
    loudness: recordedWork(loudnessSchema),
    notify: recordedWork(notifiedSchema),
  }),
};

const table = process.env['CHAOS_APP'] === 'media' ? tables.media : tables.orders;
serve(composeApp(table.app, [table.chain], process.env), [table]);
