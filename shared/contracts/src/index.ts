export * from './ids.ts';
export { type Json, jsonDepth, messageText } from './json.ts';
export * from './key-text.ts';
export * from './messages.ts';
export * from './policy.ts';
export { keepLoopbackDirect, proxySettings } from './proxies.ts';
export { withoutSecrets } from './secrets.ts';
export * from './status.ts';
export { isPlainHttp, type StorageConnection } from './storage-connection.ts';
