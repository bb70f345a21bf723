import { faceHappiness } from '@tally/chains';
import { composeApp, readSettings } from '@tally/functions-kit';
import { createFaceCalls } from './face/face-calls.ts';
import { faceSettingsOf, faceSettingsSchema } from './face/face-settings.ts';

/** The composition root of detect. */
export const { definition } = faceHappiness;
export const app = composeApp('detect', [definition], process.env);
export const faceCalls = createFaceCalls(faceSettingsOf(readSettings(faceSettingsSchema, process.env)));
