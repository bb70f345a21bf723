import { faceHappiness, messageSchemasOf } from '@tally/chain';
import { composeApp } from '@tally/functions-kit';

/** The composition root of intake. */
export const app = composeApp('intake', faceHappiness, process.env);
export const { chain } = app;
export const schemas = messageSchemasOf(chain);
