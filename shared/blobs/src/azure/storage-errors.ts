import { RestError } from '@azure/storage-blob';
import { BlobChangedError, BlobMissingError } from '../errors.ts';
import type { BlobAddress } from '../port.ts';

/** What a refused request means for the blob that it was about, where it means something; else the error itself. */
export function blobFailure(at: BlobAddress, error: unknown): unknown {
  if (!(error instanceof RestError)) return error;
  if (error.statusCode === 412) return new BlobChangedError(at, { cause: error });
  if (error.statusCode === 404 && codeOf(error) === 'BlobNotFound') return new BlobMissingError(at, { cause: error });
  return error;
}

/** Whether the container that a request was about isn't there. */
export function isContainerMissing(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404 && codeOf(error) === 'ContainerNotFound';
}

/** Whether the range that was asked for begins behind the end. */
export function isBehindTheEnd(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 416;
}

/** An answer to HEAD has no body that could hold the code. */
function codeOf({ code, response }: RestError): string | undefined {
  return response?.headers.get('x-ms-error-code') ?? code;
}
