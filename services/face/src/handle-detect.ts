import { parseDetectOptions } from './contract/detect-options.ts';
import { checkImageSize, FaceError, internalError, notFound, unauthorized } from './contract/face-error.ts';
import { type FaceOutput, toFaceOutput } from './contract/face-output.ts';
import { keyMatches } from './contract/subscription-key.ts';
import type { DetectorPool } from './detector/detector-pool.ts';
import { type DetectRequest, readImageSource } from './read-image.ts';

export interface DetectDependencies {
  readonly key: string;
  readonly pool: Pick<DetectorPool, 'admit'>;
  /** @throws FaceError */
  readonly fetchImage: (url: string) => Promise<Uint8Array>;
}

export interface DetectResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly jsonBody: readonly FaceOutput[] | { readonly error: { readonly code: string; readonly message: string } };
}

/** A call's answer, and what goes into the log. No error message contains a key or a URL. */
export interface DetectOutcome {
  readonly response: DetectResponse;
  readonly durationMs: number;
  /** Why the call failed, here or because of the image; undefined for a success. */
  readonly error: FaceError | undefined;
}

/** v1.0, v1.1-preview.1, v1.2: the detect call is the same in all of them. */
const knownVersion = /^v1\.\d+(-preview(\.\d+)?)?$/i;

/** Answers one detect call as the Face contract says, errors included: it never throws. */
export async function handleDetect(request: DetectRequest, dependencies: DetectDependencies): Promise<DetectOutcome> {
  const start = performance.now();
  try {
    const faces = await detect(request, dependencies);
    const response = { status: 200, headers: {}, jsonBody: faces };
    return { response, durationMs: performance.now() - start, error: undefined };
  } catch (thrown) {
    const error = thrown instanceof FaceError ? thrown : internalError(thrown);
    return { response: toErrorResponse(error), durationMs: performance.now() - start, error };
  }
}

async function detect(request: DetectRequest, { key, pool, fetchImage }: DetectDependencies): Promise<FaceOutput[]> {
  if (!keyMatches(request.headers.get('ocp-apim-subscription-key'), key)) throw unauthorized();
  if (!knownVersion.test(request.params.version ?? '')) throw notFound();
  const options = parseDetectOptions(request.query);
  const source = await readImageSource(request);
  const ticket = pool.admit();
  try {
    const image = source.kind === 'bytes' ? source.bytes : await fetchImage(source.url);
    checkImageSize(image.byteLength);
    const { faces } = await ticket.detect({ image, withExpression: options.attributes.size > 0 });
    return faces.map((face) => toFaceOutput(face, options));
  } finally {
    ticket.release();
  }
}

function toErrorResponse({ status, code, message, retryAfterSeconds }: FaceError): DetectResponse {
  return {
    status,
    headers: {
      'x-ms-error-code': code,
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    jsonBody: { error: { code, message } },
  };
}
