/**
 * The values that survive a table row, as schemas describe them. Dates, maps, functions and bigints don't. An
 * optional field may be undefined, which JSON omits.
 */
export type JsonLike =
  | string
  | number
  | boolean
  | null
  | readonly JsonLike[]
  | { readonly [key: string]: JsonLike | undefined };
