export { freePort, startAzurite } from '@tally/azurite';
export { TestClock } from './clock/test-clock.ts';
export { type CountingProxy, type Exchange, type ProxyOptions, startCountingProxy } from './counting-proxy.ts';
export { type Disturbance, deliverTwice, type StorageResponse } from './disturbance.ts';
export { type FaceFault, faceFaults, injectFaceFaults } from './faults/face-faults.ts';
export { FaultLog } from './faults/fault-log.ts';
export { drawByRate, type SeededChance, seededChance } from './faults/seeded-chance.ts';
export { injectStorageFaults, type StorageFault, storageBusy, storageFaults } from './faults/storage-faults.ts';
export { CHROMIUM_NAMES, findChromium } from './find-chromium.ts';
export { type ForwardProxy, startForwardProxy } from './forward-proxy.ts';
export { type Growth, growthOf } from './growth.ts';
export { closeServer, listenOnLoopback } from './loopback-server.ts';
export { commandGuardMs, type RunningCommand, runCommandLine } from './running-command.ts';
export {
  type BatchOperation,
  readStorageRequest,
  type StorageOperation,
  type StorageRequest,
} from './storage-request.ts';
export {
  askedUrl,
  happinessOf,
  type StubAnswer,
  type StubFace,
  type StubFaceOptions,
  startStubFace,
  stubbedFaces,
} from './stub-face.ts';
export { startTemporaryAzurite } from './temporary-azurite.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { thinPng } from './thin-png.ts';
export { waitUntil } from './wait-until.ts';
