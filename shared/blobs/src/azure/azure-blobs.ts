import { Readable } from 'node:stream';
import type { BlobServiceClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { bounded, oneChunk } from '../bounded.ts';
import { BlobTooLargeError } from '../errors.ts';
import { checkValidity } from '../links.ts';
import { checkAddress, checkContainer } from '../names.ts';
import type { BlobAddress, BlobFacts, BlobStore, CopyOptions, GetOptions, PutOptions } from '../port.ts';
import type { LinkSigner } from './link-signer.ts';
import { blobFailure, isBehindTheEnd, isContainerMissing } from './storage-errors.ts';

/**
 * A body is uploaded in blocks of this size, and this many of them are in memory at once. A blob has at most
 * 50,000.
 */
const BLOCK_BYTES = 4 * 1024 * 1024;
const BLOCKS_AT_ONCE = 2;

/** How often a download that breaks off continues where it stopped. */
const RESUMPTIONS = 5;

const DELETES_AT_ONCE = 8;

/**
 * The pause between two checks of a copy that the service makes in the background. Nearly every copy within
 * an account is done at once.
 */
const COPY_POLL_MS = 500;

/** Blobs of a storage account. */
export class AzureBlobs implements BlobStore {
  readonly #service: BlobServiceClient;
  readonly #sign: LinkSigner;

  constructor(service: BlobServiceClient, sign: LinkSigner) {
    this.#service = service;
    this.#sign = sign;
  }

  async createContainers(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#container(name).createIfNotExists()));
  }

  async put(
    at: BlobAddress,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    { contentType, maxBytes, signal }: PutOptions,
  ): Promise<BlobFacts> {
    const blob = this.#blob(at);
    signal?.throwIfAborted();
    const options = { blobHTTPHeaders: { blobContentType: contentType }, ...(signal && { abortSignal: signal }) };
    try {
      if (body instanceof Uint8Array) {
        if (body.byteLength > maxBytes) throw new BlobTooLargeError(at, maxBytes);
        const sizes = { blockSize: BLOCK_BYTES, maxSingleShotSize: BLOCK_BYTES, concurrency: BLOCKS_AT_ONCE };
        const { etag } = await blob.uploadData(body, { ...options, ...sizes });
        return { bytes: body.byteLength, contentType, etag: known(etag) };
      }
      const counted = new CountedBody(bounded(at, body, { maxBytes, signal }));
      // The blocks become a blob once all are there. A body that fails or is too long leaves the previous
      // blob in place.
      const stream = Readable.from(counted, { objectMode: false });
      const { etag } = await blob.uploadStream(stream, BLOCK_BYTES, BLOCKS_AT_ONCE, options);
      return { bytes: counted.bytes, contentType, etag: known(etag) };
    } catch (error) {
      // The library throws its own error for an abort.
      signal?.throwIfAborted();
      throw error;
    }
  }

  async get(
    at: BlobAddress,
    { offset = 0, length, etag, signal }: GetOptions = {},
  ): Promise<AsyncIterable<Uint8Array>> {
    const blob = this.#blob(at);
    if (length === 0) return oneChunk(new Uint8Array());
    try {
      const { readableStreamBody } = await blob.download(offset, length, {
        maxRetryRequests: RESUMPTIONS,
        ...(etag !== undefined && { conditions: { ifMatch: etag } }),
        ...(signal && { abortSignal: signal }),
      });
      if (!(readableStreamBody instanceof Readable)) throw new Error('the service answered a download without a body');
      return new DownloadedBody(readableStreamBody);
    } catch (error) {
      if (isBehindTheEnd(error)) return oneChunk(new Uint8Array());
      throw blobFailure(at, error);
    }
  }

  async head(at: BlobAddress): Promise<BlobFacts> {
    try {
      const { contentLength = 0, contentType = '', etag } = await this.#blob(at).getProperties();
      return { bytes: contentLength, contentType, etag: known(etag) };
    } catch (error) {
      throw blobFailure(at, error);
    }
  }

  async link(at: BlobAddress, validMs: number): Promise<string> {
    checkValidity(validMs);
    return await this.#sign(this.#blob(at), validMs);
  }

  async copy(from: BlobAddress, to: BlobAddress, { etag, signal }: CopyOptions = {}): Promise<BlobFacts> {
    const source = this.#blob(from);
    const target = this.#blob(to);
    try {
      // Within one account the source's address needs no signature, if we may write the target and read the
      // source.
      const poller = await target.beginCopyFromURL(source.url, {
        intervalInMs: COPY_POLL_MS,
        ...(etag !== undefined && { sourceConditions: { ifMatch: etag } }),
        ...(signal && { abortSignal: signal }),
      });
      const { copyStatus } = await poller.pollUntilDone();
      if (copyStatus !== 'success') throw new Error(`the copy of a blob ended as ${copyStatus}`);
    } catch (error) {
      signal?.throwIfAborted();
      throw blobFailure(from, error);
    }
    return await this.head(to);
  }

  async deleteFolder(container: string, folder: string): Promise<number> {
    checkAddress({ container, name: folder });
    try {
      return await this.#deleteBelow(this.#container(container), `${folder}/`);
    } catch (error) {
      if (isContainerMissing(error)) return 0;
      throw error;
    }
  }

  async #deleteBelow(client: ContainerClient, prefix: string): Promise<number> {
    let deleted = 0;
    let batch: Promise<unknown>[] = [];
    for await (const { name } of client.listBlobsFlat({ prefix })) {
      batch.push(client.getBlobClient(name).deleteIfExists({ deleteSnapshots: 'include' }));
      deleted += 1;
      if (batch.length < DELETES_AT_ONCE) continue;
      await Promise.all(batch);
      batch = [];
    }
    await Promise.all(batch);
    return deleted;
  }

  #container(name: string): ContainerClient {
    checkContainer(name);
    return this.#service.getContainerClient(name);
  }

  #blob(at: BlobAddress): BlockBlobClient {
    checkAddress(at);
    return this.#container(at.container).getBlockBlobClient(at.name);
  }
}

/** A stream that counts the bytes it has given. */
class CountedBody implements AsyncIterable<Uint8Array> {
  bytes = 0;
  readonly #body: AsyncIterable<Uint8Array>;

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#body = body;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of this.#body) {
      this.bytes += chunk.byteLength;
      yield chunk;
    }
  }
}

/**
 * A body that breaks off before it is read must not end the process. A body that is given up must not keep
 * its connection.
 */
class DownloadedBody implements AsyncIterable<Uint8Array> {
  readonly #stream: Readable;

  constructor(stream: Readable) {
    // A reader still gets the error.
    this.#stream = stream.on('error', () => undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    const chunks: AsyncIterator<unknown> = this.#stream[Symbol.asyncIterator]();
    return {
      next: async () => {
        const next: IteratorResult<unknown, unknown> = await chunks.next();
        if (next.done === true) return { done: true, value: undefined };
        if (!(next.value instanceof Uint8Array)) throw new TypeError('a blob is read as bytes');
        return { done: false, value: next.value };
      },
      // This also works before anything was read. A generator's own `return` would do nothing then.
      return: async () => {
        this.#stream.destroy();
        return { done: true, value: undefined };
      },
    };
  }
}

function known(etag: string | undefined): string {
  if (etag === undefined) throw new Error('the service answered without an ETag');
  return etag;
}
