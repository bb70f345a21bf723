/** Where a blob lies. */
export interface BlobAddress {
  readonly container: string;
  /** Of one or more segments with slashes between; see `checkBlobName`. */
  readonly name: string;
}

export interface BlobFacts {
  readonly bytes: number;
  readonly contentType: string;
  /** Names this very version: it changes with every write. */
  readonly etag: string;
}

export interface PutOptions {
  readonly contentType: string;
  /** More than this is refused, and nothing is stored. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions {
  /** Bytes to leave out at the beginning; default 0. */
  readonly offset?: number | undefined;
  /** Bytes to give at most; absent: all up to the end. */
  readonly length?: number | undefined;
  /** Only this version. */
  readonly etag?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CopyOptions {
  /** Only this version of the source. */
  readonly etag?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The port to the blobs of a storage account. Every address is checked before it is used. */
export interface BlobStore {
  /** Creates the containers that aren't there; nobody reads in them without a key, a role or a link. */
  createContainers(names: readonly string[]): Promise<void>;
  /**
   * Stores a blob in the place of what has its name. It is there whole or not at all.
   * @throws BlobTooLargeError; what the body throws; the signal's reason
   */
  put(at: BlobAddress, body: Uint8Array | AsyncIterable<Uint8Array>, options: PutOptions): Promise<BlobFacts>;
  /**
   * The bytes of a blob, or a range of them, of one version from the first to the last; a range beyond the end is empty.
   * @throws BlobMissingError, BlobChangedError
   */
  get(at: BlobAddress, options?: GetOptions): Promise<AsyncIterable<Uint8Array>>;
  /** @throws BlobMissingError */
  head(at: BlobAddress): Promise<BlobFacts>;
  /**
   * A URL by which anyone who has it reads the blob, for `validMs` from now on (a minute to six days). Whether there is such a blob isn't looked at.
   */
  link(at: BlobAddress, validMs: number): Promise<string>;
  /**
   * Copies within the account, in the place of what is there; the bytes don't pass through this process.
   * @throws BlobMissingError, BlobChangedError
   */
  copy(from: BlobAddress, to: BlobAddress, options?: CopyOptions): Promise<BlobFacts>;
  /** Deletes all blobs in a folder and says how many there were. A folder that is not there has none. */
  deleteFolder(container: string, folder: string): Promise<number>;
}
