import * as z from 'zod';
import { badArgument, checkImageSize, lengthRequired, unsupportedMediaType } from './contract/face-error.ts';

/** The parts of an HTTP request that a detect call needs. The Functions library's request has them. */
export interface DetectRequest {
  readonly params: { readonly version?: string };
  readonly query: URLSearchParams;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Where the image is, before anything is downloaded. */
export type ImageSource =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'url'; readonly url: string };

const bodySchema = z.object({ url: z.string().min(1) });

/** No URL needs to be longer: the real limit of most servers is 8 KB. */
const maxJsonBytes = 64 * 1024;

/**
 * Reads the body by its content type: JSON with a url, or the image itself.
 * @throws FaceError LengthRequired, BadArgument, InvalidImageSize, UnsupportedMediaType
 */
export async function readImageSource(request: DetectRequest): Promise<ImageSource> {
  if (request.headers.get('content-length') === null) throw lengthRequired();
  const contentType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (contentType === 'application/octet-stream') {
    const bytes = new Uint8Array(await request.arrayBuffer());
    checkImageSize(bytes.byteLength);
    return { kind: 'bytes', bytes };
  }
  if (contentType === 'application/json') return { kind: 'url', url: parseUrlBody(await request.arrayBuffer()) };
  throw unsupportedMediaType();
}

function parseUrlBody(body: ArrayBuffer): string {
  if (body.byteLength > maxJsonBytes) throw badArgument('Request body is invalid.');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw badArgument('JSON parsing error.', error);
  }
  const parsed = bodySchema.safeParse(json);
  if (!parsed.success) throw badArgument('Request body is invalid.', parsed.error);
  return parsed.data.url;
}
