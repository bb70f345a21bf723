import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { ProblemError } from '@tally/functions-kit';
import { invalidRequest, wrongFields } from '../errors.ts';

type Unpack = (packed: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

/** The codings that a body may have, with the functions that decode them. */
const codings = new Map<string, Unpack>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * Decodes the coding that a body was sent in.
 * @param coding the header `Content-Encoding`; empty: none
 * @param maxBytes decoding stops here: a small body may unpack to gigabytes
 * @throws ProblemError 415 naming the coding, 413 naming the limit, 400 when the bytes don't have that coding
 */
export async function unpack(sent: Uint8Array, coding: string, maxBytes: number): Promise<Uint8Array> {
  const applied = coding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  const [name, second] = applied;
  if (name === undefined) return sent;
  const take = codings.get(name);
  if (take === undefined || second !== undefined) throw unknownCoding(coding);
  try {
    return await take(sent, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(`unpacks to more than ${maxBytes}`, maxBytes);
    const message = `is not ${name}, as content-encoding says`;
    throw invalidRequest([{ field: 'body', message }], 'InvalidCoding', { cause });
  }
}

function unknownCoding(coding: string): ProblemError {
  const message = `is "${coding}"; one of ${[...codings.keys()].join(', ')} is accepted, or none`;
  const named = { title: 'Unsupported coding', code: 'UnsupportedCoding' };
  return wrongFields(415, named, [{ field: 'content-encoding', message }]);
}

/** @param size the number of bytes, or words about it */
export function tooLarge(size: number | string, limit: number): ProblemError {
  const message = `${typeof size === 'number' ? `has ${size}` : size} bytes; at most ${limit} are accepted`;
  return wrongFields(413, { title: 'Body too large', code: 'BodyTooLarge' }, [{ field: 'body', message, limit }]);
}
