export { againWhenBusy } from './again-when-busy.ts';
export { defaultLimits, type FfmpegCommand, type FfmpegLimits, type FfmpegResult } from './command.ts';
export { createFfmpeg, type FfmpegOptions, type RunFfmpeg } from './create-ffmpeg.ts';
export { FfmpegError, type FfmpegProblem } from './ffmpeg-error.ts';
export { BusyError } from './one-at-a-time.ts';
export { ffmpegSettingsSchema } from './settings.ts';
