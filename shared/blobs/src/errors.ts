import type { BlobAddress } from './port.ts';

/** There is no blob with this name. */
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

/** The body is larger than its writer allows. */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError';

  constructor({ container, name }: BlobAddress, maxBytes: number) {
    super(`the blob ${JSON.stringify(name)} in the container ${container} would have more than ${maxBytes} bytes`);
  }
}

/** The given name can't name a blob, a container or a file. */
export class BlobNameError extends Error {
  override readonly name = 'BlobNameError';
}
