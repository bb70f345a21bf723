/** A value that survives `JSON.parse(JSON.stringify(value))` unchanged: what may stand in a row or a message. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
