export { type HttpFunction, registerHttp } from './http-functions.ts';
export { createLog, type Logger } from './logging.ts';
export { parseMessage } from './parse-message.ts';
export { type FieldError, type ProblemDetails, ProblemError, problemResponse } from './problem.ts';
export { type DeliveredMessage, type QueueFunction, registerQueue } from './queue-functions.ts';
export { readSettings, SettingsError, wholeNumber } from './settings.ts';
export { STORAGE_CONNECTION, storageSettingsSchema } from './storage-settings.ts';
