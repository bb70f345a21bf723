import { RestError } from '@azure/storage-blob';
import { BlobChangedError, BlobMissingError } from '../errors.ts';
import type { BlobAddress } from '../port.ts';

/** What a refused request means for its blob, if it means anything. Otherwise the error itself. */
export function blobFailure(at: BlobAddress, error: unknown): unknown {
  if (!(error instanceof RestError)) return error;
  if (error.statusCode === 412) return new BlobChangedError(at, { cause: error });
  if (error.statusCode === 404 && codeOf(error) === 'BlobNotFound') return new BlobMissingError(at, { cause: error });
  return error;
}

/** Whether the container that a request named doesn't exist. */
export function isContainerMissing(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404 && codeOf(error) === 'ContainerNotFound';
}

/** Whether the requested range begins beyond the end. */
export function isBehindTheEnd(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 416;
}

/** The code is in a header, because an answer to HEAD has no body to hold it. */
function codeOf({ code, response }: RestError): string | undefined {
  return response?.headers.get('x-ms-error-code') ?? code;
}
