export { parseUrl } from './parse-options.ts';
export { filePhoto } from './photos.ts';
export { renderEnd, renderOutput } from './render-output.ts';
export { renderReport } from './report.ts';
export { runPhotos } from './run-photos.ts';
export { findTargetSystem, type TargetSystem } from './target-system.ts';
export { type UploadMediaOptions, uploadMedia } from './upload/upload-media.ts';
export { type WatchRunOptions, watchRun } from './watch-run.ts';
