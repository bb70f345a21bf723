import { type BlobStore, containers } from '@tally/blobs';
import { type HandlerTable, handlersFor } from '@tally/chain';
import { media } from '@tally/chains';
import { againWhenBusy, type RunFfmpeg } from '@tally/ffmpeg';
import type { Tables } from '@tally/run-store';
import { auditFile } from './audit/audit-file.ts';
import { copyFile } from './copy/copy-file.ts';
import { catalogueFile } from './database/catalogue-file.ts';
import { mediaTables } from './database/media-tables.ts';
import { measureLoudness } from './loudness/measure-loudness.ts';
import { readMetadata } from './metadata/read-metadata.ts';
import { notifyWebhook } from './notify/notify-webhook.ts';
import { scanFile } from './scan/scan-file.ts';
import type { MediaSettings } from './settings.ts';
import { takeThumbnail } from './thumbnail/take-thumbnail.ts';
import { transcodeFile } from './transcode/transcode-file.ts';

/** What the handlers work with. */
export interface MediaParts {
  readonly store: BlobStore;
  readonly tables: Tables;
  readonly runFfmpeg: RunFfmpeg;
  readonly settings: MediaSettings;
}

/** The handlers of the chain `media`. */
export function mediaHandlers({ store, tables, runFfmpeg, settings }: MediaParts): HandlerTable {
  return handlersFor(media, 'media', {
    scan: scanFile(store, settings),
    copy: copyFile(store),
    metadata: readMetadata(store),
    database: catalogueFile(tables),
    audit: auditFile(tables),
    transcode: againWhenBusy(transcodeFile(store, runFfmpeg, settings)),
    thumbnail: againWhenBusy(takeThumbnail(store, runFfmpeg, settings)),
    loudness: againWhenBusy(measureLoudness(store, runFfmpeg, settings)),
    notify: notifyWebhook(settings.webhook),
  });
}

/**
 * Creates the containers and tables that the handlers use, if they are missing. In a deployment the templates
 * create them.
 */
export async function prepareMedia({ store, tables }: Pick<MediaParts, 'store' | 'tables'>): Promise<void> {
  await Promise.all([store.createContainers(Object.values(containers)), tables.create(Object.values(mediaTables))]);
}
