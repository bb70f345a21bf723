import * as z from 'zod';

/** The longest image URL: the limit that browsers and Azure services share. */
export const URL_MAX_CHARS = 2048;

/** An image's address, as callers send it and rows store it. */
export const imageUrlSchema = z
  .string()
  .max(URL_MAX_CHARS, `an image URL has at most ${URL_MAX_CHARS} characters`)
  .superRefine(checkAddress);

/** An address is parsed once: each row with a chunk's items has all of theirs checked when it is read. */
function checkAddress(text: string, context: z.RefinementCtx): void {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  if (url === null) {
    refuse('an image URL is an absolute http or https URL');
    return;
  }
  // Rows keep an address as it is, readable for all who may read the storage.
  if (url.username !== '' || url.password !== '') refuse('an image URL has no user and password');
  if (url.href.length > URL_MAX_CHARS)
    context.addIssue({
      ...{ code: 'too_big', origin: 'string', maximum: URL_MAX_CHARS, inclusive: true },
      message: `an image URL has at most ${URL_MAX_CHARS} characters, encoded`,
    });
}

/** The form in which an address is fetched. Equivalent spellings become one, in ASCII. */
export function fetchedUrl(text: string): string {
  return new URL(text).href;
}

/** An address without its parts that may be secret: user, password, query and fragment. */
export function publicUrl(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
