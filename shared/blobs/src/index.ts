export { connectBlobs } from './azure/connect-blobs.ts';
export { allBytes } from './bounded.ts';
export { containers } from './containers.ts';
export * from './errors.ts';
export { MemoryBlobs } from './memory-blobs.ts';
export { isBlobName, runFolder, segmentOf, type WorkPlace, workFolder } from './names.ts';
export type { BlobAddress, BlobFacts, BlobStore, CopyOptions, GetOptions, PutOptions } from './port.ts';
export { blobsFor, type WorkBlobsOptions } from './work-blobs.ts';
