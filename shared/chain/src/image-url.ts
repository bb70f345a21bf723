import { z } from 'zod';

/** Longest URL of an image: what browsers and Azure services agree on. */
export const URL_MAX_CHARS = 2048;

/** An image's address, as a caller sends it and as rows hold it. */
export const imageUrlSchema = z
  .string()
  .max(URL_MAX_CHARS, `an image URL has at most ${URL_MAX_CHARS} characters`)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), {
    error: 'an image URL is an absolute http or https URL',
    abort: true,
  })
  .refine(
    (text) => fetchedUrl(text).length <= URL_MAX_CHARS,
    `an image URL has at most ${URL_MAX_CHARS} characters, encoded`,
  );

/** The form in which an address is fetched: one spelling of all that mean the same, in ASCII. */
export function fetchedUrl(text: string): string {
  return new URL(text).href;
}

/** An address without what may be secret in it: user, password, query, and what is behind the `#`. */
export function publicUrl(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
