import type { ChainDefinition, StartForm } from '@tally/chain';
import { z } from 'zod';
import { bodyOptions } from './run-options.ts';

/** Most bytes of a start's body. Two hundred thousand URLs of common length are about 20 MB; the platform would allow 100. */
export const START_MAX_BYTES = 32 * 1024 * 1024;

/** What the declaration of a start says of its body: each chain has its own. */
export const startInput: z.ZodType = z.unknown();

/** A body that is an object, of a chain whose form brings the options of the run along. */
export function startFormSchema({ fields }: Pick<StartForm, 'fields'>) {
  return z.strictObject({ ...fields, ...bodyOptions });
}

/** What a start of a chain is sent: its input, or its form. For whoever wants to know what it may be. */
export function startBodySchema({ startForm, input }: Pick<ChainDefinition, 'startForm' | 'input'>): z.ZodType {
  if (startForm === undefined) return input;
  const { fields, listAs, words } = startForm;
  const form = startFormSchema(startForm);
  const list = listAs === undefined ? undefined : fields[listAs];
  return list === undefined
    ? form
    : z.union([list, form]).describe(`${words.charAt(0).toUpperCase()}${words.slice(1)}.`);
}
