export { triesOfMap } from './try-items.ts';
export { triesOfTask } from './try-task.ts';
export { type BlobPlace, blobsOf } from './work-files.ts';
export { type EventLinks, noLinks, type ServeParts } from './work-of.ts';
