export { freePort, startAzurite } from '@tally/azurite';
export { type CountingProxy, type Exchange, type ProxyOptions, startCountingProxy } from './counting-proxy.ts';
export { type Disturbance, deliverTwice, type StorageResponse } from './disturbance.ts';
export type { BatchOperation, StorageOperation, StorageRequest } from './storage-request.ts';
export { happinessOf, type StubAnswer, type StubFace, type StubFaceOptions, startStubFace } from './stub-face.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { waitUntil } from './wait-until.ts';
