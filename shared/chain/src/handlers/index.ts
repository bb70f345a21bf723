export * from './blobs.ts';
export * from './duration.ts';
export * from './errors.ts';
export * from './work.ts';
