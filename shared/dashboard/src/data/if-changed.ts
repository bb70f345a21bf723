/** What an answer that may be 304 is asked for with: what is known, by its tag. */
export function ifChanged(before: { readonly etag: string | null } | undefined) {
  const known = before?.etag ?? null;
  return known === null ? {} : { headers: { 'if-none-match': known } };
}

/** What was known, where the answer is 304. @throws Error where nothing was, so nothing was asked for by a tag */
export function unchanged<Look>(before: Look | undefined): Look {
  if (before === undefined) throw new Error('Unchanged since nothing was known.');
  return before;
}
