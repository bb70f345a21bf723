export { appSettingsSchema, type ComposedApp, composeApp, readAppSettings } from './compose-app.ts';
export { type HttpFunction, registerHttp } from './http-functions.ts';
export { createLog, type Logger } from './logging.ts';
export { ProblemError } from './problem.ts';
export { type QueueFunction, registerQueue } from './queue-functions.ts';
export { runFiles } from './run-files.ts';
export {
  isSigned,
  type LinkedEvent,
  linkKeySchema,
  linkSettingsSchema,
  signedLinks,
} from './serve/event-links.ts';
export { registerItems, registerTasks, type ServeOptions, serve } from './serve/serve.ts';
export { inParts, readSettings, SettingsError, type SettingsOf, wholeNumber } from './settings.ts';
export { STORAGE_CONNECTION, storageIdentitySchema, storageSettingsSchema } from './storage-settings.ts';
export { telemetrySettingsSchema } from './telemetry-settings.ts';
