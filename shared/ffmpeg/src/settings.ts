import { z } from 'zod';

/** Which ffmpeg an app uses. */
export const ffmpegSettingsSchema = z.object({
  /** Path of an own ffmpeg, for speed. Absent: the one in WebAssembly, which parses a stranger's file inside a sandbox; an own one doesn't. */
  TALLY_FFMPEG: z.preprocess((value) => (value === '' ? undefined : value), z.string().optional()),
});
