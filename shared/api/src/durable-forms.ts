import * as z from 'zod';
import type { Answer, Operation } from './operation.ts';

/**
 * Where Durable's own paths begin here. In Durable it is `/runtime/webhooks/durabletask`, but the Functions
 * host reserves `runtime` for itself.
 */
const DURABLE_PREFIX = '/durabletask';

const text: Pick<Answer, 'mediaType' | 'schema'> = { schema: z.string(), mediaType: 'text/plain' };

/**
 * The operation as Durable Functions has it: at its path there, otherwise unchanged. So clients of Durable
 * Functions need no proxy.
 * @returns null for an operation that Durable doesn't have
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
    params,
    answers: { ...answers, ...Object.fromEntries(texts) },
  };
}

/** Tells whether this is the form of an operation that Durable's clients call. */
export function isDurable({ path }: Pick<Operation, 'path'>): boolean {
  return path.startsWith(`${DURABLE_PREFIX}/`);
}

/**
 * Where the runs are in the family of paths that the operation belongs to. Addresses in its answers lead
 * there.
 */
export function runsPathOf(form: Pick<Operation, 'path'>): string {
  return isDurable(form) ? `${DURABLE_PREFIX}/instances` : '/runs';
}
