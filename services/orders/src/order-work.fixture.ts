import { Again, type Blobs, type Work } from '@tally/chain';
import type { Order } from '@tally/chains';

export const order: Order = {
  number: 'A-1001',
  customer: { name: 'Zoë <b>Müller</b> & "Co"', email: 'zoe@example.org' },
  currency: 'EUR',
  lines: [{ article: 'Tea', quantity: 3, price: 4.5 }],
};

/** Makes links to files that don't exist. */
const blobs: Blobs = {
  put: async () => await Promise.reject(new Error('no mail stores a file')),
  get: async () => await Promise.reject(new Error('no mail reads a file')),
  link: async ({ container, name }, valid) =>
    await Promise.resolve(`https://files.example/${container}/${name}?for=${valid}&sig=a%2Fb`),
};

/** A piece of work in the form that a handler gets. */
export function workOf<Input>(node: string, input: Input, generation = 'abc', id = 'run-1'): Work<Input> {
  return {
    input,
    run: { id, generation, chain: 'orders', node },
    key: `${id}:${generation}:${node}`,
    attempt: 1,
    signal: new AbortController().signal,
    log: { info: () => undefined, warn: () => undefined },
    blobs,
    eventUrl: (event, payload) => `https://tally.example/${event}?is=${JSON.stringify(payload)}&code=c`,
    state: undefined,
    again: (after, state) => new Again(after, state),
  };
}
