import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { refused, tooBig } from './fetch-error.ts';

/**
 * What servers write when nothing is packed: nothing, the word for it, or what was true of an upload (S3
 * keeps `aws-chunked`).
 */
const meaningless = new Set(['', 'identity', 'none', 'binary', 'aws-chunked', 'utf-8', 'utf8']);

/** Packing twice is a mistake that happens. More would only cost time. */
const maxCodings = 2;

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  // The standard means zlib's form, but some servers have always sent the bare one.
  deflate: async (bytes, options) => await (isZlib(bytes) ? promisify(inflate) : promisify(inflateRaw))(bytes, options),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * The codings that a `Content-Encoding` names, starting with the one to undo first.
 * @throws FetchError Refused for an unknown coding, or for too many
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
 * Undoes the codings.
 * @returns at most `maxBytes`, so a small answer can't unpack into a big one
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

/** Recognises zlib's form by its first two bytes (RFC 1950, 2.2). */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}
