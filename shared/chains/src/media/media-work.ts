import { blobRefSchema } from '@tally/chain';
import * as z from 'zod';

// The results of a media file's tasks.

/** The input of the chain `media`: an uploaded file, or the address of a file to copy in. */
export const mediaInputSchema = z.union([
  z.strictObject({
    /** The file's name in the container of uploads. */
    blob: z.string().min(1).max(1024),
  }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2048) }),
]);
export type MediaInput = z.infer<typeof mediaInputSchema>;

/** A file in which the scan found nothing bad. A bad file makes the run fail as {@link INFECTED}. */
export const scannedSchema = z.strictObject({
  file: blobRefSchema,
  /** The ETag of the version that was scanned. No other version is taken into the library. */
  etag: z.string().min(1).max(100),
  /** The media type from the file's content, whatever its name says. */
  type: z.string().max(127),
  /** What scanned it: a virus scanner, or only a search for the test signature. */
  by: z.enum(['clamd', 'eicar']),
});
export type Scanned = z.infer<typeof scannedSchema>;

/** The error code of a run whose file holds a virus. */
export const INFECTED = 'Infected';

export const metadataSchema = z.strictObject({
  format: z.string().max(100),
  /** Null if the file doesn't say. */
  seconds: z.number().min(0).nullable(),
  width: z.number().int().min(1).nullable(),
  height: z.number().int().min(1).nullable(),
  videoCodec: z.string().max(100).nullable(),
  audioCodec: z.string().max(100).nullable(),
});
export type Metadata = z.infer<typeof metadataSchema>;

/** The place where a task wrote a row. */
export const rowPlaceSchema = z.strictObject({ table: z.string(), partition: z.string(), row: z.string() });
export type RowPlace = z.infer<typeof rowPlaceSchema>;

/** Loudness by EBU R 128. Null for a file without sound, or with only silence. */
export const loudnessSchema = z.strictObject({ lufs: z.number().nullable() });
export type Loudness = z.infer<typeof loudnessSchema>;

/** The webhook's event. `sent` is false if no webhook is set. */
export const notifiedSchema = z.strictObject({ id: z.string(), sent: z.boolean() });
export type Notified = z.infer<typeof notifiedSchema>;
