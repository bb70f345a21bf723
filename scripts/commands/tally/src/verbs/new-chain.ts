import { layOutChain, makeReady, nextSteps, repository } from '@tally/new-chain';
import type { Verb } from '../verb.ts';

export const newChainVerb: Verb<object> = {
  usage: 'new-chain <name>',
  description: 'Generates a chain of your own, see docs/your-own-chain.md: declaration, handlers, test.',
  perform: async ({ args: [name = ''], context: { signal } }) => {
    const laidOut = await layOutChain(repository, name);
    await makeReady(repository, laidOut, signal);
    return { text: nextSteps(laidOut), json: laidOut };
  },
};
