import { blankAsAbsent } from '@tally/contracts';
import * as z from 'zod';

/** Which ffmpeg an app uses. */
export const ffmpegSettingsSchema = z.object({
  /**
   * The path of a native ffmpeg, for speed. Absent: the WebAssembly version. That one parses a stranger's
   * file inside a sandbox, and a native one doesn't.
   */
  TALLY_FFMPEG: blankAsAbsent(z.string().optional()),
});
