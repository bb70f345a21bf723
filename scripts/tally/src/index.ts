export { filePhoto } from './photos.ts';
export { renderReport } from './report.ts';
export { parseUrl } from './run-command.ts';
export { runPhotos } from './run-photos.ts';
export { findTargetSystem, type TargetSystem } from './target-system.ts';
