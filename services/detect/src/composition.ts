import { faceHappiness, messageSchemasOf } from '@tally/chain';
import { composeApp, readSettings } from '@tally/functions-kit';
import { createFaceCalls } from './face/face-calls.ts';
import { faceSettingsOf, faceSettingsSchema } from './face/face-settings.ts';

/** The composition root of detect. */
export const app = composeApp('detect', faceHappiness, process.env);
export const { chain } = app;
export const schemas = messageSchemasOf(chain);
export const faceCalls = createFaceCalls(faceSettingsOf(readSettings(faceSettingsSchema, process.env)));
