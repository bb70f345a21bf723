import * as z from 'zod';

/** The longest image URL: the limit that browsers and Azure services share. */
export const URL_MAX_CHARS = 2048;

/** An image's address, as callers send it and rows store it. */
export const imageUrlSchema = z
  .string()
  .max(URL_MAX_CHARS, `an image URL has at most ${URL_MAX_CHARS} characters`)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), {
    error: 'an image URL is an absolute http or https URL',
    abort: true,
  })
  // Rows keep an address as it is, readable for all who may read the storage.
  .refine(isWithoutCredentials, 'an image URL has no user and password')
  .refine(
    (text) => fetchedUrl(text).length <= URL_MAX_CHARS,
    `an image URL has at most ${URL_MAX_CHARS} characters, encoded`,
  );

function isWithoutCredentials(text: string): boolean {
  const { username, password } = new URL(text);
  return username === '' && password === '';
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
