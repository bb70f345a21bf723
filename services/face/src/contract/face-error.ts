/**
 * The errors of the Face contract, with the codes and messages of Azure's Face service where it has them.
 * A caller of the client library sees `code` as the body's `error.code` and as the header `x-ms-error-code`.
 */
export class FaceError extends Error {
  override readonly name = 'FaceError';
  readonly status: number;
  readonly code: string;
  /** Whole seconds; sent as `Retry-After`. Without it the client library doesn't retry a 429. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * Azure's Face service accepts such a body. The Functions host that this service runs on passes none of it
 * on.
 */
export const lengthRequired = (): FaceError =>
  new FaceError(411, 'LengthRequired', 'The body needs a Content-Length: send it whole, not chunked.');

/** 1 KB and 6 MB, the limits for images in Azure's Face service. */
const minImageBytes = 1024;
export const maxImageBytes = 6 * 1024 * 1024;

export const badArgument = (message: string, cause?: unknown): FaceError =>
  new FaceError(400, 'BadArgument', message, { cause });

export const invalidUrl = (reason: string, cause?: unknown): FaceError =>
  new FaceError(
    400,
    'InvalidURL',
    `Invalid image URL or error downloading from target server. Remote server error returned: "${reason}"`,
    { cause },
  );

/**
 * Why an image's host failed, for failures that may pass. Azure has one code for every download that fails.
 * Callers that retry need to know which failures may pass.
 */
export type ImageHostCode = 'ImageHostBusy' | 'ImageHostError' | 'ImageHostUnreachable' | 'ImageHostTimeout';

export const imageHostFailure = (
  code: ImageHostCode,
  reason: string,
  options: { retryAfterSeconds?: number | undefined; cause?: unknown } = {},
): FaceError =>
  new FaceError(
    400,
    code,
    `Error downloading from target server, which may be temporary. Remote server error returned: "${reason}"`,
    options,
  );

export const invalidImage = (message = 'Decoding error, image format unsupported.', cause?: unknown): FaceError =>
  new FaceError(400, 'InvalidImage', message, { cause });

/** The image gets no third try, and the caller shouldn't retry: the next worker would end the same way. */
export const lethalImage = (cause: Error): FaceError =>
  new FaceError(400, 'InvalidImage', `Decoding error, the detector failed on this image twice: ${cause.message}.`, {
    cause,
  });

const imageTooSmall = (): FaceError =>
  new FaceError(
    400,
    'InvalidImageSize',
    'Image size is too small. The valid image file size should be larger than or equal to 1 KB.',
  );

export const imageTooBig = (): FaceError =>
  new FaceError(
    400,
    'InvalidImageSize',
    'Image size is too big. The valid image file size should be no larger than 6 MB.',
  );

/** @throws FaceError InvalidImageSize outside of 1 KB to 6 MB */
export function checkImageSize(bytes: number): void {
  if (bytes < minImageBytes) throw imageTooSmall();
  if (bytes > maxImageBytes) throw imageTooBig();
}

export const unauthorized = (): FaceError =>
  new FaceError(
    401,
    '401',
    'Access denied due to invalid subscription key or wrong API endpoint. Send the key that this service was given as FACE_KEY in the header Ocp-Apim-Subscription-Key.',
  );

export const unsupportedFeature = (message: string): FaceError => new FaceError(403, 'UnsupportedFeature', message);

export const notFound = (): FaceError => new FaceError(404, '404', 'Resource not found');

export const unsupportedMediaType = (): FaceError =>
  new FaceError(
    415,
    'UnsupportedMediaType',
    'Unsupported media type. Send application/json with {"url": …}, or application/octet-stream with the bytes of the image.',
  );

export const rateLimited = (retryAfterSeconds: number): FaceError =>
  new FaceError(429, '429', `Rate limit is exceeded. Try again in ${retryAfterSeconds} seconds.`, {
    retryAfterSeconds,
  });

export const internalError = (cause: unknown): FaceError =>
  new FaceError(500, 'InternalServerError', 'The detector failed on this image.', { cause });

export const unavailable = (message: string, retryAfterSeconds: number, cause?: unknown): FaceError =>
  new FaceError(503, 'ServiceUnavailable', message, { retryAfterSeconds, cause });
