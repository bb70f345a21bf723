import type { ChainDefinition, StartForm } from '@tally/chain';
import * as z from 'zod';
import { bodyOptions } from './run-options.ts';

/**
 * Maximum size of a start's body. Two hundred thousand URLs of usual length are about 20 MB; the platform
 * would allow 100.
 */
export const START_MAX_BYTES = 32 * 1024 * 1024;

/** The declared body of a start. Each chain has its own schema for it. */
export const startInput: z.ZodType = z.unknown();

/** A body that is an object, for a chain whose form may contain options of the run. */
export function startFormSchema({ fields }: Pick<StartForm, 'fields'>) {
  return z.strictObject({ ...fields, ...bodyOptions });
}

/** The body of a chain's start: its input, or its form. It documents what a caller may send. */
export function startBodySchema({ startForm, input }: Pick<ChainDefinition, 'startForm' | 'input'>): z.ZodType {
  if (startForm === undefined) return input;
  const { fields, listAs, words } = startForm;
  const form = startFormSchema(startForm);
  const list = listAs === undefined ? undefined : fields[listAs];
  return list === undefined
    ? form
    : z.union([list, form]).describe(`${words.charAt(0).toUpperCase()}${words.slice(1)}.`);
}
