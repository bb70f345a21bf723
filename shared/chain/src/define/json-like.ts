/**
 * What survives a table row, as schemas describe it: dates, maps, functions and bigints don't. An optional field may be undefined, which JSON leaves out.
 */
export type JsonLike =
  | string
  | number
  | boolean
  | null
  | readonly JsonLike[]
  | { readonly [key: string]: JsonLike | undefined };
