export { ensureBuilt } from './builds.ts';
export { Interrupted, runCommand } from './command.ts';
export { servePhotos } from './photo-server.ts';
export { root } from './repository.ts';
export { findRunningSystems, type RunningSystem } from './running-systems.ts';
export { samplePhotos } from './sample-photos.ts';
export { StartError, UsageError } from './start-error.ts';
export { readStorageFile } from './start-settings.ts';
export { type System, type SystemOptions, startSystem } from './system.ts';
