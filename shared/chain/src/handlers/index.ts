export * from './blobs.ts';
export { type BulkHandler, type BulkWork, bulkOf, inBulk } from './bulk.ts';
export * from './duration.ts';
export * from './errors.ts';
export * from './work.ts';
