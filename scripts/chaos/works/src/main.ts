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
 * In the place of the apps `orders` and `media`: their graphs, queues and settings, and handlers that do nothing but say so to a recorder. Which of the two it
 * stands for the environment says.
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
