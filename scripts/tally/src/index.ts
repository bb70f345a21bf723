export { parseUrl } from './parse-options.ts';
export { filePhoto } from './photos.ts';
export { renderReport } from './report.ts';
export { runPhotos } from './run-photos.ts';
export { findTargetSystem, type TargetSystem } from './target-system.ts';
