import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { refused, tooBig } from './fetch-error.ts';

/**
 * What servers write where nothing is packed: nothing at all, the word for it, or what was true of an upload (S3 keeps `aws-chunked`).
 */
const meaningless = new Set(['', 'identity', 'none', 'binary', 'aws-chunked', 'utf-8', 'utf8']);

/** Twice is a mistake that happens; more only costs time. */
const maxCodings = 2;

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  // By the standard it is zlib's form; some servers have always sent the bare one.
  deflate: async (bytes, options) => await (isZlib(bytes) ? promisify(inflate) : promisify(inflateRaw))(bytes, options),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * The codings that a `Content-Encoding` means, the first one that has to be undone first.
 * @throws FetchError Refused for one that isn't known, or too many
 */
export function contentCodings(header: string): string[] {
  const codings = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => !meaningless.has(name));
  const unknown = codings.find((name) => !Object.hasOwn(unpackers, name));
  if (unknown !== undefined) {
    throw refused(`Content encoding ${JSON.stringify(unknown.slice(0, 20))} is not supported.`);
  }
  if (codings.length > maxCodings) throw refused(`More than ${maxCodings} content encodings.`);
  // They are listed in the order in which they were applied.
  return codings.reverse();
}

/**
 * Undoes them.
 * @returns at most `maxBytes`: a small answer can't unfold into a big one
 * @throws FetchError TooBig, Refused
 */
export async function unpackBody(
  packed: Uint8Array,
  codings: readonly string[],
  maxBytes: number,
): Promise<Uint8Array> {
  let bytes = packed;
  for (const coding of codings) {
    try {
      bytes = (await unpackers[coding]?.(bytes, { maxOutputLength: maxBytes })) ?? bytes;
    } catch (error) {
      if (error instanceof RangeError) throw tooBig(maxBytes);
      throw refused(`The body isn't of the content encoding ${coding}, as it says.`, error);
    }
  }
  return bytes;
}

/** By the two bytes that zlib's form begins with (RFC 1950, 2.2). */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}
