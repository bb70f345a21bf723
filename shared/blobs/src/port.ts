/** The place of a blob. */
export interface BlobAddress {
  readonly container: string;
  /** One or more segments, separated by slashes; see `isBlobName`. */
  readonly name: string;
}

export interface BlobFacts {
  readonly bytes: number;
  readonly contentType: string;
  /** Names this version. It changes with every write. */
  readonly etag: string;
}

export interface PutOptions {
  readonly contentType: string;
  /** A larger body is refused, and nothing is stored. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions {
  /** The number of bytes to skip at the beginning, default 0. */
  readonly offset?: number | undefined;
  /** The most bytes to give. Absent: all up to the end. */
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
  /** Creates the containers that don't exist yet. Reading from them requires a key, a role or a link. */
  createContainers(names: readonly string[]): Promise<void>;
  /**
   * Stores a blob in place of the one with its name. It is stored completely or not at all.
   * @throws BlobTooLargeError; what the body throws; the signal's reason
   */
  put(at: BlobAddress, body: Uint8Array | AsyncIterable<Uint8Array>, options: PutOptions): Promise<BlobFacts>;
  /**
   * The bytes of a blob or of a range of it, all from one version. A range beyond the end is empty.
   * @throws BlobMissingError, BlobChangedError
   */
  get(at: BlobAddress, options?: GetOptions): Promise<AsyncIterable<Uint8Array>>;
  /** @throws BlobMissingError */
  head(at: BlobAddress): Promise<BlobFacts>;
  /**
   * A URL that lets anyone who has it read the blob, for `validMs` from now on (one minute to six days). This
   * doesn't check whether the blob exists.
   */
  link(at: BlobAddress, validMs: number): Promise<string>;
  /**
   * Copies within the account, in place of the blob with the target's name. The bytes don't pass through this
   * process.
   * @throws BlobMissingError, BlobChangedError
   */
  copy(from: BlobAddress, to: BlobAddress, options?: CopyOptions): Promise<BlobFacts>;
  /** Deletes all blobs in a folder and says how many there were. A folder that doesn't exist has none. */
  deleteFolder(container: string, folder: string): Promise<number>;
}
