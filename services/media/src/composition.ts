import { connectBlobs, containers } from '@tally/blobs';
import { media } from '@tally/chains';
import { createFfmpeg } from '@tally/ffmpeg';
import { composeApp, readAppSettings } from '@tally/functions-kit';
import { connectTables } from '@tally/run-store';
import { mediaHandlers, prepareMedia } from './handlers.ts';
import { mediaSettingsOf, mediaSettingsSchema } from './settings.ts';

const read = readAppSettings({ media: mediaSettingsSchema }, process.env);

/** The composition root of media. */
export const app = composeApp('media', [media.definition], process.env, {
  settings: read,
  prepare: async () => await prepareMedia(parts),
});
const settings = mediaSettingsOf(read.own.media);
const store = connectBlobs(app.connection);
const parts = {
  store,
  tables: connectTables(app.connection),
  runFfmpeg: createFfmpeg({ program: settings.ffmpeg }),
  settings,
};

export const handlers = mediaHandlers(parts);
export const options = { blobs: { store, container: containers.runs } };
