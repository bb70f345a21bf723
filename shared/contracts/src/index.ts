export * from './ids.ts';
export type { Json } from './json.ts';
export * from './messages.ts';
export * from './policy.ts';
export * from './status.ts';
export { isPlainHttp, type StorageConnection } from './storage-connection.ts';
