import { blobRefSchema, defineChain } from '@tally/chain';
import {
  loudnessSchema,
  mediaInputSchema,
  metadataSchema,
  notifiedSchema,
  rowPlaceSchema,
  scannedSchema,
} from './media-work.ts';

/** FFmpeg takes a core for minutes, so a failed try isn't followed by the next one at once. */
const patient = { attempts: 3, first: '30s' } as const;

/**
 * A media file: scanned, taken into the library, described and transcoded in parallel, then reported to a
 * webhook. Each file of a folder is a separate run.
 */
export const media = defineChain({
  name: 'media',
  version: 1,
  app: 'media',
  input: mediaInputSchema,
  listening: { media: { batchSize: 4, newBatchThreshold: 2 } },
})
  .task('scan', {
    does: 'checks for viruses and for the type of the file',
    result: scannedSchema,
    timeout: '4m',
  })
  .task('copy', {
    after: ['scan'],
    does: 'takes the file into the library',
    input: ({ scan }) => scan.output,
    result: blobRefSchema,
    timeout: '4m',
  })
  .task('metadata', {
    after: ['copy'],
    does: 'reads length, size and codecs',
    input: ({ scan, copy }) => ({ file: copy.output, type: scan.output.type }),
    result: metadataSchema,
    timeout: '2m',
  })
  .task('database', {
    after: ['metadata'],
    does: 'writes the file into the catalogue',
    input: ({ scan, copy, metadata }) => ({
      file: copy.output,
      type: scan.output.type,
      scannedBy: scan.output.by,
      metadata: metadata.output,
    }),
    result: rowPlaceSchema,
  })
  .task('audit', {
    after: ['metadata'],
    does: 'records for good which files were accepted',
    input: ({ run, scan, copy }) => ({
      source: run.input,
      file: copy.output,
      scannedBy: scan.output.by,
      startedAt: run.startedAt,
    }),
    result: rowPlaceSchema,
  })
  .task('transcode', {
    after: ['copy'],
    does: 'makes a version for the web',
    input: ({ scan, copy }) => ({ file: copy.output, type: scan.output.type }),
    result: blobRefSchema,
    retry: patient,
    timeout: '9m',
  })
  .task('thumbnail', {
    after: ['transcode'],
    does: 'takes a picture out of it',
    input: ({ transcode }) => ({ file: transcode.output }),
    result: blobRefSchema,
    retry: patient,
    timeout: '4m',
  })
  .task('loudness', {
    after: ['transcode'],
    does: 'measures how loud it is',
    input: ({ transcode }) => ({ file: transcode.output }),
    result: loudnessSchema,
    retry: patient,
    timeout: '8m',
  })
  .task('notify', {
    after: ['database', 'audit', 'thumbnail', 'loudness'],
    does: 'tells a webhook',
    input: ({ run, scan, copy, metadata, transcode, thumbnail, loudness }) => ({
      source: run.input,
      library: copy.output,
      type: scan.output.type,
      metadata: metadata.output,
      web: transcode.output,
      thumbnail: thumbnail.output,
      loudness: loudness.output,
    }),
    result: notifiedSchema,
  })
  .output(({ scan, copy, metadata, transcode, thumbnail, loudness }) => ({
    library: copy.output,
    type: scan.output.type,
    scannedBy: scan.output.by,
    metadata: metadata.output,
    web: transcode.output,
    thumbnail: thumbnail.output,
    loudness: loudness.output,
  }));
