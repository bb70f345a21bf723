import { handlersFor } from '@tally/chain';
import { hello } from '../../declaration/hello.ts';

/** What the app does at each node. */
export const helloHandlers = handlersFor(hello, 'hello', {
  greet: async ({ input }) => ({ text: `Hello ${input.name}` }),
});
