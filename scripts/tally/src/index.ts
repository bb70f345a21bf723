export { filePhoto } from './photos.ts';
export { renderReport } from './report.ts';
export { runPhotos } from './run-photos.ts';
export type { TargetSystem } from './target-system.ts';
