import { faceHappiness, messageSchemasOf } from '@tally/chain';
import { composeApp } from '@tally/functions-kit';

/** The composition root of aggregate. */
export const app = composeApp('aggregate', faceHappiness, process.env);
export const { chain } = app;
export const schemas = messageSchemasOf(chain);
