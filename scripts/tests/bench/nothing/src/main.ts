import { handlersFor, inBulk } from '@tally/chain';
import { composeApp, serve } from '@tally/functions-kit';
import { nothing } from './chains.ts';

const handlers = handlersFor(nothing, 'nothing', {
  work: inBulk(async ({ items }) => items.map(() => true as const)),
});
serve(composeApp(handlers.app, [handlers.chain], process.env), [handlers]);
