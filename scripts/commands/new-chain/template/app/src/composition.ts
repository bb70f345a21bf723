import { composeApp } from '@tally/functions-kit';
import { hello } from '../../declaration/hello.ts';
import { helloHandlers } from './handlers.ts';

/** The composition root of the app. */
export const app = composeApp('hello', [hello.definition], process.env);
export const handlers = [helloHandlers];
