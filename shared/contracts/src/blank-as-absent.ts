import * as z from 'zod';

/** A setting that counts as absent where it is blank: many tools unset a variable that way. */
export function blankAsAbsent<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema);
}
