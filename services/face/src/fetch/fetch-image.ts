import { downloadWhole, FetchError, type FetchErrorCode, type FetchRules } from '@tally/guarded-fetch';
import {
  type FaceError,
  type ImageHostCode,
  imageHostFailure,
  imageTooBig,
  invalidUrl,
  maxImageBytes,
} from '../contract/face-error.ts';
import { acceptedTypes } from '../detector/image-format.ts';

/** Failures of the image's host that may pass, with the contract's codes. */
const passing: Readonly<Partial<Record<FetchErrorCode, ImageHostCode>>> = {
  HostBusy: 'ImageHostBusy',
  HostError: 'ImageHostError',
  HostUnreachable: 'ImageHostUnreachable',
  HostTimeout: 'ImageHostTimeout',
};

/**
 * Downloads an image that a caller named, from public addresses only.
 *
 * @returns the bytes, at most 6 MB
 * @throws FaceError InvalidURL or InvalidImageSize, or the code of a failure of the image's host that may
 * pass
 */
export async function fetchImage(text: string, rules: Omit<FetchRules, 'userAgent'>): Promise<Uint8Array> {
  const download = { ...rules, accept: acceptedTypes, userAgent: 'tally-face', maxBytes: maxImageBytes };
  try {
    return await downloadWhole(text, download);
  } catch (error) {
    throw error instanceof FetchError ? inWordsOfTheContract(error) : error;
  }
}

function inWordsOfTheContract({ code, message, cause, retryAfterSeconds }: FetchError): FaceError {
  if (code === 'TooBig') return imageTooBig();
  const hostCode = passing[code];
  return hostCode === undefined
    ? invalidUrl(message, cause)
    : imageHostFailure(hostCode, message, { retryAfterSeconds, cause });
}
