import { faceHappiness } from '@tally/chain';
import { z } from 'zod';
import type { Answer, Operation, Parameters } from './operation.ts';

/**
 * Where Durable's own paths begin. Theirs is `/runtime/webhooks/durabletask`; the Functions host keeps
 * `runtime` for itself.
 */
const DURABLE_PREFIX = '/durabletask';

/** Chains that can be started by name. */
const CHAINS: readonly string[] = [faceHappiness.name];
/** No longer name is repeated to the caller. */
const NAME_SHOWN_CHARS = 100;

/** Names of functions ignore case, as Durable's do. */
const chainName = z
  .string()
  .refine((name) => CHAINS.some((chain) => chain.toLowerCase() === name.toLowerCase()), {
    // In the words that clients know.
    error: ({ input }) =>
      `The function '${String(input).slice(0, NAME_SHOWN_CHARS)}' doesn't exist, is disabled, or is not an orchestrator function; there is ${CHAINS.join(', ')}`,
  })
  .describe(`Name of the chain: ${CHAINS.join(', ')}.`);

const text: Pick<Answer, 'mediaType' | 'schema'> = { schema: z.string(), mediaType: 'text/plain' };

/**
 * The operation as Durable Functions has it: at its path there, and the same in everything else. So that the
 * clients of Durable Functions need no proxy.
 * @returns null for one that Durable doesn't have
 */
export function durableForm(operation: Operation): Operation | null {
  const { id, method, path, durable, params, answers } = operation;
  if (durable === undefined) return null;
  const texts = (durable.textFor ?? []).map((status): [string, Answer] => [
    String(status),
    { description: answers[status]?.description ?? '', ...text },
  ]);
  return {
    ...operation,
    id: `durable${id.charAt(0).toUpperCase()}${id.slice(1)}`,
    path: `${DURABLE_PREFIX}${durable.path}`,
    tag: 'durable functions',
    description: `As ${method} ${path}.`,
    params: durable.path.includes('{name}') ? withName(params) : params,
    answers: { ...answers, ...Object.fromEntries(texts) },
  };
}

/**
 * Where the runs are in the family of paths that the operation belongs to: addresses in its answers lead
 * there.
 */
export function runsPathOf({ path }: Pick<Operation, 'path'>): string {
  return path.startsWith(`${DURABLE_PREFIX}/`) ? `${DURABLE_PREFIX}/instances` : '/runs';
}

function withName(params: Parameters): Parameters {
  return params.extend({ name: chainName });
}
