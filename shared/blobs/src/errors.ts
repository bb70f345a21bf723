import type { BlobAddress } from './port.ts';

/** There is no blob of this name. */
export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';

  constructor({ container, name }: BlobAddress, options?: ErrorOptions) {
    super(`the container ${container} has no blob ${JSON.stringify(name)}`, options);
  }
}

/** The blob isn't the version that was asked for. */
export class BlobChangedError extends Error {
  override readonly name = 'BlobChangedError';

  constructor({ container, name }: BlobAddress, options?: ErrorOptions) {
    super(`the blob ${JSON.stringify(name)} in the container ${container} was overwritten meanwhile`, options);
  }
}

/** There is more than the writer allows. */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError';

  constructor({ container, name }: BlobAddress, maxBytes: number) {
    super(`the blob ${JSON.stringify(name)} in the container ${container} would have more than ${maxBytes} bytes`);
  }
}

/** What was given as a name can't be one. */
export class BlobNameError extends Error {
  override readonly name = 'BlobNameError';
}
