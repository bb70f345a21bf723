import { faceHappiness } from '@tally/chains';
import { composeApp, readAppSettings } from '@tally/functions-kit';
import { createFaceCalls } from './face/face-calls.ts';
import { faceSettingsOf, faceSettingsSchema } from './face/face-settings.ts';

const settings = readAppSettings({ face: faceSettingsSchema }, process.env);

/** The composition root of detect. */
export const { definition } = faceHappiness;
export const app = composeApp('detect', [definition], process.env, { settings });
export const faceCalls = createFaceCalls(faceSettingsOf(settings.own.face));
