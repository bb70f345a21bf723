export { type OwnApp, type OwnSystem, startOwnSystem } from './own-system.ts';
export { type StubbedSystem, type StubbedSystemOptions, startStubbedSystem } from './stubbed-system.ts';
export {
  type AppName,
  appNames,
  buildApps,
  startTestSystem,
  type TestSystem,
  type TestSystemOptions,
} from './test-system.ts';
