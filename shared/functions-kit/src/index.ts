export { appSettingsSchema, composeApp, readAppSettings } from './compose-app.ts';
export { registerHttp } from './http-functions.ts';
export { createLog } from './logging.ts';
export { ProblemError } from './problem-error.ts';
export { registerQueue } from './queue-functions.ts';
export { runFiles } from './run-files.ts';
export {
  isSigned,
  linkKeySchema,
  linkSettingsSchema,
  signedLinks,
} from './serve/event-links.ts';
export { registerItems, serve } from './serve/serve.ts';
export { inParts, readSettings, SettingsError, type SettingsOf, wholeNumber } from './settings.ts';
export { storageIdentitySchema, storageSettingsSchema } from './storage-settings.ts';
export { telemetrySettingsSchema } from './telemetry-settings.ts';
