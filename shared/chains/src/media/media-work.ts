import { blobRefSchema } from '@tally/chain';
import { z } from 'zod';

// What the tasks of a media file give.

/** What a run of the chain `media` begins with: a file that was uploaded, or the address of one to be copied in. */
export const mediaInputSchema = z.union([
  z.strictObject({
    /** Its name in the container of uploads. */
    blob: z.string().min(1).max(1024),
  }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2048) }),
]);
export type MediaInput = z.infer<typeof mediaInputSchema>;

/** A file of which the scan found nothing bad; that it did makes the run fail as {@link INFECTED}. */
export const scannedSchema = z.strictObject({
  file: blobRefSchema,
  /** Of the version that was looked at: no other is taken into the library. */
  etag: z.string().min(1).max(100),
  /** Media type by what the file holds, whatever its name says. */
  type: z.string().max(127),
  /** Who looked: a virus scanner, or nobody but a search for the test signature. */
  by: z.enum(['clamd', 'eicar']),
});
export type Scanned = z.infer<typeof scannedSchema>;

/** The code of a run whose file holds a virus. */
export const INFECTED = 'Infected';

export const metadataSchema = z.strictObject({
  format: z.string().max(100),
  /** Null where the file doesn't say. */
  seconds: z.number().min(0).nullable(),
  width: z.number().int().min(1).nullable(),
  height: z.number().int().min(1).nullable(),
  videoCodec: z.string().max(100).nullable(),
  audioCodec: z.string().max(100).nullable(),
});
export type Metadata = z.infer<typeof metadataSchema>;

/** Where a task put a row. */
export const rowPlaceSchema = z.strictObject({ table: z.string(), partition: z.string(), row: z.string() });
export type RowPlace = z.infer<typeof rowPlaceSchema>;

/** By EBU R 128; null for a file without sound, or with nothing but silence. */
export const loudnessSchema = z.strictObject({ lufs: z.number().nullable() });
export type Loudness = z.infer<typeof loudnessSchema>;

/** The webhook's event; `sent` is false where no webhook is set. */
export const notifiedSchema = z.strictObject({ id: z.string(), sent: z.boolean() });
export type Notified = z.infer<typeof notifiedSchema>;
