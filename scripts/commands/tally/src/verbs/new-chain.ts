import { layOutChain, makeReady, nextSteps } from '@tally/new-chain';
import { root } from '@tally/start';
import type { Verb } from '../verb.ts';

export const newChainVerb: Verb<object> = {
  usage: 'new-chain <name>',
  description: 'Generates a chain of your own, see docs/your-own-chain.md: declaration, handlers, test.',
  perform: async ({ args: [name = ''], context: { signal } }) => {
    const laidOut = await layOutChain(root, name);
    await makeReady(root, laidOut, signal);
    return { text: nextSteps(laidOut), json: laidOut };
  },
};
